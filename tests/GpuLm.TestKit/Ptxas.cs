using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace GpuLm.TestKit;

/// <summary>What ptxas said of one kernel.</summary>
/// <param name="Accepted">Whether it made machine code.</param>
/// <param name="Log">Its messages.</param>
public sealed partial record PtxasResult(bool Accepted, string Log)
{
    /// <summary>Registers of a thread.</summary>
    public int Registers => Number(RegisterCount());

    /// <summary>Bytes of shared memory that a group has, dynamic shared memory not counted.</summary>
    public int SharedBytes => Number(SharedCount());

    /// <summary>Bytes that a thread spills to local memory for want of registers.</summary>
    public int SpilledBytes => Number(SpillStores());

    /// <summary>
    /// Where it warns that it could not make of the kernel what was asked for: wgmma one after the other for want of registers in place
    /// (C7515), setmaxnreg ignored (C7508).
    /// </summary>
    public IReadOnlyList<string> LostPerformance =>
        [.. Log.Split('\n').Where(line => line.Contains("Potential Performance Loss", StringComparison.Ordinal))];

    int Number(Regex pattern) =>
        pattern.Match(Log) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex RegisterCount();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex SharedCount();

    [GeneratedRegex(@"(\d+) bytes spill stores")]
    private static partial Regex SpillStores();
}

/// <summary>
/// NVIDIA's PTX assembler, which needs no GPU. <c>tests/tools/get-ptxas.sh</c> puts it where this class looks. Where it is missing, tests
/// are skipped loudly; with <c>GPULM_REQUIRE_PTXAS=1</c> they fail.
/// </summary>
public static class Ptxas
{
    static readonly string? Program = Find();

    /// <summary>Whether the assembler is the version that the committed table of registers was made with.</summary>
    public static bool IsVersion(string version) =>
        IsPresent && Run("--version").Output.Contains($"release {version}", StringComparison.Ordinal);

    /// <summary>Whether there is one.</summary>
    public static bool IsPresent => Program is not null;

    /// <summary>Assembles PTX for an architecture such as <c>sm_90</c>; skips the running test where there is no ptxas.</summary>
    public static PtxasResult Assemble(string ptx, string architecture, params string[] options)
    {
        if (Program is null)
        {
            const string remedy = "there is no ptxas: run tests/tools/get-ptxas.sh, or name the program in GPULM_PTXAS";
            if (Environment.GetEnvironmentVariable("GPULM_REQUIRE_PTXAS") == "1") Assert.Fail($"GPULM_REQUIRE_PTXAS is set, but {remedy}.");
            Assert.Skip(remedy);
        }

        string source = Path.GetTempFileName();
        try
        {
            File.WriteAllText(source, ptx);
            var (exitCode, log) = Run(["-v", $"-arch={architecture}", .. options, source, "-o", "/dev/null"]);
            return new PtxasResult(exitCode == 0, log);
        }
        finally
        {
            File.Delete(source);
        }
    }

    static (int ExitCode, string Output) Run(params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(Program!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        string log = process.StandardError.ReadToEnd() + output.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, log);
    }

    static string? Find()
    {
        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var candidates = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(entry => Path.Combine(entry, "ptxas"))
            .Prepend(Path.Combine(cache, "gpulm", "cuda", "usr", "bin", "ptxas"))
            .Prepend(Environment.GetEnvironmentVariable("GPULM_PTXAS") ?? "");
        return candidates.FirstOrDefault(File.Exists);
    }
}
