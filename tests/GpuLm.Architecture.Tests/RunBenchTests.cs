using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using Xunit;

namespace GpuLm.Architecture.Tests;

/// <summary>run-bench.ps1, parsed and run by PowerShell's own engine with a stand-in for dotnet.</summary>
public sealed class RunBenchTests : IDisposable
{
    static readonly string Script = Path.Combine(Repository.Root, "run-bench.ps1");
    readonly Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());

    public RunBenchTests() => runspace.Open();

    public void Dispose() => runspace.Dispose();

    [Fact]
    public void The_script_has_no_syntax_errors()
    {
        Parser.ParseFile(Script, out _, out var errors);
        Assert.Empty(errors);
    }

    [Fact]
    public void Sabotage_a_syntax_error_is_found()
    {
        Parser.ParseInput(File.ReadAllText(Script) + "\nif ($Quick) {", out _, out var errors);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public void By_default_it_runs_every_kernel_benchmark() =>
        Assert.Equal(
            [
                "run", "--configuration", "Release", "--project", Path.Combine(Repository.Root, "benchmarks/GpuLm.Benchmarks"),
                "--", "--suite", "kernels", "--filter", "*",
            ],
            Run(""));

    [Fact]
    public void Its_parameters_reach_the_program() =>
        Assert.Equal(
            ["--suite", "all", "--filter", "*MatMul*", "--quick", "--artifacts", "reports"],
            Run("-Suite all -Filter *MatMul* -Quick -Out reports").SkipWhile(argument => argument != "--").Skip(1));

    [Fact]
    public void An_unknown_suite_is_refused() => Assert.Throws<RuntimeException>(() => Run("-Suite everything"));

    string[] Run(string arguments)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddScript($"function dotnet {{ $args | ForEach-Object {{ $_ }} }}\n& '{Script}' {arguments}");
        var output = shell.Invoke<string>();
        if (shell.Streams.Error.Count > 0) throw new RuntimeException(shell.Streams.Error[0].ToString());
        return [.. output];
    }
}
