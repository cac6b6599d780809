using Xunit;

namespace GpuLm.Proof.Tests;

/// <summary>The whole program on the CPU and on tiny sizes.</summary>
public sealed class CommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("gpulm-proof").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_case_runs_and_lands_in_the_report_and_in_the_table()
    {
        string json = Path.Combine(folder, "ours.json");
        foreach (string command in (string[])["kernels", "step"])
        {
            var (exitCode, _, error) = Run(command, "--device", "cpu", "--tiny", "--json", json);
            Assert.True(exitCode == 0, error);
        }

        var report = Report.Find(json)!;
        Assert.Equal(CaseList.Built.Cases.Select(spec => spec.Name), report.Results.Select(result => result.Name));
        foreach (var result in report.Results)
        {
            Assert.Null(result.Reason);
            Assert.True(result.Q1 > 0 && result.Rate > 0, result.Name);
            Assert.InRange(result.Milliseconds, result.Q1, result.Q3);
        }
        var (_, table, _) = Run("table", json, Path.Combine(folder, "none.json"));
        Assert.All(report.Results, result => Assert.Contains($"| {result.Name} |", table, StringComparison.Ordinal));
        // Tiny sizes decide nothing.
        Assert.Contains("0 held, 0 missed", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_round_goes_backwards_into_the_same_report()
    {
        string json = Path.Combine(folder, "ours.json");
        foreach (string round in (string[])["1", "2"])
        {
            Run("kernels", "--device", "cpu", "--tiny", "--only", "gelu", "--round", round, "--json", json);
        }
        (string, int)[] expected = [("gelu forward", 1), ("gelu backward", 1), ("gelu backward", 2), ("gelu forward", 2)];
        Assert.Equal(expected, Report.Find(json)!.Results.Select(result => (result.Name, result.Round)));
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("adamw")]
    public void A_precision_that_is_not_to_be_had_is_reported_and_not_dropped(string op)
    {
        string json = Path.Combine(folder, "ours.json");
        Run("kernels", "--device", "cpu", "--tiny", "--precision", "bf16", "--only", op, "--json", json);
        var result = Assert.Single(Report.Find(json)!.Results);
        Assert.Equal($"no bf16 launcher of {op} for this device", result.Reason);
    }

    [Theory]
    [InlineData("kernels", "--device", "abacus")]
    [InlineData("kernels", "--precision", "fp13")]
    public void What_does_not_exist_is_an_error(params string[] args)
    {
        var (exitCode, _, error) = Run(args);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(args[^1], error, StringComparison.Ordinal);
    }

    static (int ExitCode, string Out, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        return (ProofCommand.Run(args, output, error), output.ToString(), error.ToString());
    }
}
