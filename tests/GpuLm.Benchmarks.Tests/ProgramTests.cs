using GpuLm.Bench.Results;
using GpuLm.Benchmarks.Commands;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Benchmarks.Tests;

/// <summary>The program's command line.</summary>
public class ProgramTests
{
    [Fact]
    public void Kernels_are_measured_and_kept()
    {
        using var folder = new TemporaryFolder();
        var (status, output, error) = Run(
            "--suite", "kernels", "--device", "cpu", "--tiny", "--filter", "Gelu.Tanh *", "--out", folder.Path);
        Assert.True(status == 0, error);
        Assert.Contains("Gelu.Tanh 141 x 152 fp32 warm", output, StringComparison.Ordinal);
        Assert.Single(SuiteFile.Read(SuiteFile.PathIn(folder.Path, "kernels")).Rows);
    }

    [Theory]
    [InlineData(1, "--device", "abacus")]
    [InlineData(2, "--suite", "everything")]
    [InlineData(2, "--unknown")]
    public void What_does_not_exist_is_an_error_without_a_stack_trace(int expected, params string[] args)
    {
        var (status, _, error) = Run(args);
        Assert.Equal(expected, status);
        Assert.Contains(args[^1], error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_can_be_listed()
    {
        var (status, output, _) = Run("--list", "--quick", "--device", "cpu");
        Assert.Equal(0, status);
        Assert.Contains("MatMul.NN 256 x 2304 x 768 fp32 cold", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_peers_get_what_was_asked_for()
    {
        var peers = new PeersProcess(Sessions.Options(), Path.GetFullPath("results"), new DirectoryInfo("llm.c"));
        string command = string.Join(' ', peers.Command("wrapper --in"));
        Assert.StartsWith("wrapper --in dotnet run -c Release --project ", command, StringComparison.Ordinal);
        Assert.EndsWith("GpuLm.Peers -- all --tiny --device cpu --out results --llmc llm.c", command, StringComparison.Ordinal);
    }

    static (int Status, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        return (BenchmarkProgram.Run(args, output, error, CancellationToken.None), output.ToString(), error.ToString());
    }
}
