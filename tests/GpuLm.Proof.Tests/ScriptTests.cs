using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace GpuLm.Proof.Tests;

/// <summary>The scripts around the program: their syntax, and that both sides measure the same cases.</summary>
public partial class ScriptTests
{
    static readonly string Folder = Path.Combine(Root(), "benchmarks", "GpuProof");

    [Theory]
    [InlineData("pack.sh")]
    [InlineData("prove.sh")]
    public void A_shell_script_has_no_syntax_errors(string script)
    {
        var (exitCode, _, error) = Run("bash", "-n", Path.Combine(Folder, script));
        Assert.True(exitCode == 0, error);
    }

    [Fact]
    public void Sabotage_a_syntax_error_is_found()
    {
        string broken = Path.GetTempFileName();
        File.WriteAllText(broken, File.ReadAllText(Path.Combine(Folder, "prove.sh")) + "\nif true; then\n");
        Assert.NotEqual(0, Run("bash", "-n", broken).ExitCode);
        File.Delete(broken);
    }

    /// <summary>The other side reads and checks the list without PyTorch, and cuts sizes for a dry run as this one does.</summary>
    [Fact]
    public void Both_sides_have_the_same_cases_and_tiny_sizes()
    {
        Assert.Equal(CaseList.Built.Cases.Select(spec => $"{spec.Name}\t{spec}"), Listed());
        Assert.Equal(CaseList.Built.Cases.Select(spec => $"{spec.Name}\t{spec.Tiny()}"), Listed("--dry-run"));

        static string[] Listed(params string[] options)
        {
            var (exitCode, output, error) = Run("python3", ["-B", Path.Combine(Folder, "torch_peers.py"), "list", .. options]);
            Assert.True(exitCode == 0, error);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>A renamed test would not be run, or be run where it cannot, which only the machine with a GPU would show.</summary>
    [Fact]
    public void The_tests_that_the_proof_names_exist()
    {
        string script = File.ReadAllText(Path.Combine(Folder, "prove.sh"));
        var methods = NamedMethod().Matches(script);
        Assert.NotEmpty(methods);
        foreach (Match method in methods) Declares($"public void {method.Groups["method"].Value}(", method);
        var classes = NamedClass().Matches(script);
        Assert.NotEmpty(classes);
        foreach (Match named in classes) Declares($"namespace {named.Groups["space"].Value};", named);

        static void Declares(string what, Match named)
        {
            string name = named.Groups["class"].Value + ".cs";
            string file = Directory.GetFiles(Path.Combine(Root(), "tests"), name, SearchOption.AllDirectories).Single();
            Assert.Contains(what, File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"'\*(?<class>\w+)\.(?<method>\w+)'")]
    private static partial Regex NamedMethod();

    [GeneratedRegex(@"(?<space>GpuLm\.(\w+\.)*\w+)\.(?<class>\w+Tests)\b")]
    private static partial Regex NamedClass();

    static (int ExitCode, string Out, string Error) Run(string program, params string[] arguments)
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")));
        if (!found) Assert.Skip($"There is no {program} on this machine.");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.ReplaceLineEndings("\n"), error.GetAwaiter().GetResult());
    }

    static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GpuLm.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"GpuLm.sln is in no folder above {AppContext.BaseDirectory}; run the tests from a checkout.");
    }
}
