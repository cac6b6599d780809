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
    public void By_default_it_runs_every_suite() =>
        Assert.Equal(
            [
                "run", "--configuration", "Release", "--project", Path.Combine(Repository.Root, "benchmarks/GpuLm.Benchmarks"),
                "--", "--suite", "all", "--device", "auto",
            ],
            Run(""));

    [Theory]
    [InlineData("-Suite kernels", "--suite kernels --device auto")]
    [InlineData("-Suite step", "--suite step --device auto")]
    [InlineData("-Suite scaling", "--suite scaling --device auto")]
    [InlineData("-Suite peers", "--suite peers --device auto")]
    [InlineData("-Suite all", "--suite all --device auto")]
    [InlineData("-Device cuda:1", "--suite all --device cuda:1")]
    [InlineData("-Quick", "--suite all --device auto --quick")]
    [InlineData("-Tiny", "--suite all --device auto --tiny")]
    [InlineData("-Out reports", "--suite all --device auto --out reports")]
    [InlineData("-Filter *MatMul*", "--suite all --device auto --filter *MatMul*")]
    [InlineData("-LlmC ../llm.c", "--suite all --device auto --llmc ../llm.c")]
    [InlineData(
        "-Suite kernels -Device cpu -Quick -Out r -Filter X -LlmC c", "--suite kernels --device cpu --quick --out r --filter X --llmc c")]
    public void Each_switch_reaches_the_program(string switches, string options) =>
        Assert.Equal(options.Split(' '), Run(switches).SkipWhile(argument => argument != "--").Skip(1));

    [Fact]
    public void A_path_with_spaces_stays_one_argument() => Assert.Contains("my results", Run("-Out 'my results'"));

    [Fact]
    public void The_programs_exit_status_is_the_scripts()
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddScript($"function dotnet {{ $global:LASTEXITCODE = 3 }}\n& '{Script}'\n$LASTEXITCODE");
        Assert.Equal([3], shell.Invoke<int>());
    }

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
