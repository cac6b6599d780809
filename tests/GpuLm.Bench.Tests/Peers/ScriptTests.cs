using System.ComponentModel;
using System.Text.RegularExpressions;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Bench.Tests.Peers;

/// <summary>The scripts of the proof on a GPU, which only a machine with a GPU runs whole.</summary>
public sealed partial class ScriptTests
{
    /// <summary>Of the 540 s of the whole proof; what is left packs the results.</summary>
    const int MostSeconds = 530;

    static readonly string Folder = Path.Combine(Checkout.Root, "benchmarks", "GpuProof");

    static string Proof => File.ReadAllText(Path.Combine(Folder, "prove.sh"));

    [Theory]
    [InlineData("pack.sh")]
    [InlineData("prove.sh")]
    public void A_shell_script_has_no_syntax_errors(string script)
    {
        var (exitCode, _, error) = Bash("-n", Path.Combine(Folder, script));
        Assert.True(exitCode == 0, error);
    }

    [Fact]
    public void Sabotage_a_syntax_error_is_found()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["broken.sh"], Proof + "\nif true; then\n");
        Assert.NotEqual(0, Bash("-n", folder["broken.sh"]).ExitCode);
    }

    /// <summary>A renamed test would not be run, or be run where it cannot, which only the machine with a GPU would show.</summary>
    [Fact]
    public void The_tests_that_the_proof_names_exist()
    {
        var methods = NamedMethod().Matches(Proof);
        Assert.NotEmpty(methods);
        foreach (Match method in methods) Declares($"public void {method.Groups["method"].Value}(", method);
        var classes = NamedClass().Matches(Proof);
        Assert.NotEmpty(classes);
        foreach (Match named in classes) Declares($"namespace {named.Groups["space"].Value};", named);

        static void Declares(string what, Match named)
        {
            string name = named.Groups["class"].Value + ".cs";
            string file = Directory.GetFiles(Path.Combine(Checkout.Root, "tests"), name, SearchOption.AllDirectories).Single();
            Assert.Contains(what, File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Parts that take all their time must leave some for the last ones. Two turns and two sanitizers are loops in the script.
    /// </summary>
    [Fact]
    public void The_limits_of_all_parts_fit_into_the_proofs_time()
    {
        static int Seconds(Match limit) => int.Parse(limit.Groups["seconds"].Value, null);
        int Of(string name) => Seconds(Limit().Matches(Proof).Last(limit => limit.Groups["name"].Value == name));
        int torch = TorchLimit().Matches(Proof).Sum(Seconds);
        int once = new[] { "kernel-tests", "hopper-tests", "library-tests", "tune", "train" }.Sum(Of);
        int twice = new[] { "\"kernels-$turn\"", "\"step-$turn\"", "\"sanitizer-$tool\"" }.Sum(Of);
        Assert.InRange(once + 2 * twice + torch, 1, MostSeconds);
    }

    /// <summary>A file that the pack lacks would only be missed on the machine with a GPU.</summary>
    [Fact]
    public void Every_file_of_the_proof_is_packed()
    {
        string pack = File.ReadAllText(Path.Combine(Folder, "pack.sh"));
        var files = Directory.GetFiles(Folder, "*.py").Append("prove.sh").Select(Path.GetFileName);
        Assert.All(files, file => Assert.Contains(file!, pack, StringComparison.Ordinal));
    }

    static (int ExitCode, string Output, string Error) Bash(params string[] arguments)
    {
        try
        {
            return Checkout.Run("bash", arguments);
        }
        catch (Win32Exception)
        {
            Assert.Skip("bash is not on this machine: the scripts of the GPU's proof are not checked.");
            throw;
        }
    }

    [GeneratedRegex(@"'\*(?<class>\w+)\.(?<method>\w+)'")]
    private static partial Regex NamedMethod();

    [GeneratedRegex(@"(?<space>GpuLm\.(\w+\.)*\w+)\.(?<class>\w+Tests)\b")]
    private static partial Regex NamedClass();

    [GeneratedRegex("^ *(part|tests) (?<name>\\S+) (?<seconds>\\d+) ", RegexOptions.Multiline)]
    private static partial Regex Limit();

    [GeneratedRegex("^ *torch_seconds=(?<seconds>\\d+)", RegexOptions.Multiline)]
    private static partial Regex TorchLimit();
}
