using GpuLm.Bench.Results;
using GpuLm.Bench.Results.Comparing;
using GpuLm.Devices;
using Xunit;

namespace GpuLm.Bench.Tests.Results.Comparing;

public class ComparisonTests
{
    const int Seeds = 200, Rows = 300;

    [Theory]
    [InlineData(300)]
    [InlineData(30)]
    [InlineData(4)]
    public void Unchanged_code_on_a_restless_machine_is_called_neither_faster_nor_slower(int rows)
    {
        int falseRuns = Enumerable.Range(0, Seeds)
            .Count(seed => Verdicts(Comparison.Of(Restless(2 * seed, rows), Restless(2 * seed + 1, rows)).Rows) > 0);
        Assert.InRange(falseRuns, 0, Seeds / 20 - 1);
    }

    [Fact]
    public void Sabotage_without_the_guard_against_drift_unchanged_code_is_called_faster_or_slower()
    {
        int falseRuns = Enumerable.Range(0, 20).Count(seed => Verdicts(Unguarded(Restless(2 * seed), Restless(2 * seed + 1))) > 0);
        Assert.InRange(falseRuns, 15, 20);
    }

    [Theory]
    [InlineData(1.2, Verdict.Slower)]
    [InlineData(1 / 1.2, Verdict.Faster)]
    public void A_change_by_a_fifth_in_calm_is_found_and_nothing_else(double factor, Verdict expected)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var old = new SimulatedMachine(2 * seed, calm: true).Run(Rows);
            var current = new SimulatedMachine(2 * seed + 1, calm: true).Run(Rows, row => row % 10 == 3 ? factor : 1);
            var comparison = Comparison.Of(old, current);
            Assert.All(comparison.Rows.Index(), row => Assert.Equal(row.Index % 10 == 3 ? expected : Verdict.Undecided, row.Item.Verdict));
            Assert.Equal(Rows / 10, comparison.Count(expected));
        }
    }

    [Fact]
    public void A_change_by_a_fifth_in_few_rows_is_found_too()
    {
        var old = new SimulatedMachine(1, calm: true).Run(3);
        var comparison = Comparison.Of(old, new SimulatedMachine(2, calm: true).Run(3, row => row == 1 ? 1.2 : 1));
        Assert.Equal([Verdict.Undecided, Verdict.Slower, Verdict.Undecided], comparison.Rows.Select(row => row.Verdict));
    }

    [Fact]
    public void A_row_beside_which_something_else_was_running_is_undecided_and_says_so()
    {
        var (old, current) = SlowRow();
        var row = Comparison.Of(Example.Suite(old), Example.Suite(current with { MachineSpeed = 0.5 })).Rows.Single();
        Assert.Equal(Verdict.Undecided, row.Verdict);
        Assert.Contains("50 %", row.Reason, default);
        Assert.Equal(Verdict.Slower, Comparison.Of(Example.Suite(old), Example.Suite(current)).Rows.Single().Verdict);
    }

    [Fact]
    public void A_machine_whose_bandwidth_changed_as_much_leaves_a_row_undecided()
    {
        var (old, current) = SlowRow();
        var before = Example.Suite(old);
        var peaks = before.Environment.Peaks with { BytesPerSecond = 40e9, MedianBytesPerSecond = 40e9 };
        var after = Example.Suite(current) with { Environment = before.Environment with { Peaks = peaks } };
        var row = Comparison.Of(before, after).Rows.Single();
        Assert.Equal((Verdict.Undecided, "the machine changed as much"), (row.Verdict, row.Reason));
    }

    [Fact]
    public void All_rows_that_move_together_are_undecided()
    {
        var old = new SimulatedMachine(1, calm: true).Run(Rows);
        var comparison = Comparison.Of(old, new SimulatedMachine(2, calm: true).Run(Rows, _ => 1.3));
        Assert.All(comparison.Rows, row => Assert.Equal("the other rows moved with it", row.Reason));
        Assert.Equal(1.3, comparison.CommonRatio, 0.01);
    }

    [Fact]
    public void Too_few_rounds_are_named_as_the_reason()
    {
        var rows = Enumerable.Range(0, 9).Select(i => Example.Row($"{i}", 1, 1, 1, 1)).ToArray();
        var slower = rows.Select((row, i) => i == 0 ? row with { Seconds = [2, 2, 2, 2.01] } : row).ToArray();
        Assert.Contains("too few rounds", Comparison.Of(Example.Suite(rows), Example.Suite(slower)).Rows[0].Reason, default);
    }

    [Fact]
    public void Rows_of_one_run_only_and_rows_without_times_are_listed()
    {
        var comparison = Comparison.Of(
            Example.Suite(Example.Row("a", 1, 2), Example.Row("b", 1), Example.Row("c", 1)),
            Example.Suite(Example.Row("a", 1, 2), Example.Row("b") with { Reason = "wrong" }, Example.Row("d", 1)));
        Assert.Equal(["c"], comparison.OnlyOld);
        Assert.Equal(["d"], comparison.OnlyNew);
        Assert.Contains("wrong", comparison.Rows[1].Reason, default);
        var section = ComparisonReport.Of(comparison);
        Assert.All(section.Table!.Rows, row => Assert.Equal(section.Table.Columns.Count, row.Count));
        Assert.Contains("Only in the old run: c", section.Text, default);
    }

    [Fact]
    public void Different_machines_are_never_compared()
    {
        var suite = Example.Suite(Example.Row("a", 1, 2));
        var here = suite.Environment;
        (string Word, RunEnvironment Environment)[] elsewhere =
        [
            ("workers", here with { Workers = 3 }), ("processor", here with { Processor = "Other" }),
            ("operating system", here with { System = "Other OS" }), ("device", here with { Device = here.Device with { Name = "Other" } }),
            ("kind of device", here with { Device = here.Device with { Kind = DeviceKind.OpenCL } }),
            ("multiprocessors", here with { Device = here.Device with { Multiprocessors = 7 } }),
        ];
        foreach (var (word, environment) in elsewhere)
        {
            string message = Assert.Throws<GpuLmException>(() => Comparison.Of(suite, suite with { Environment = environment })).Message;
            Assert.Contains(word, message, default);
        }
        var other = here with { System = "Example OS 2", Device = here.Device with { Driver = ".NET 11" } };
        Assert.Single(Comparison.Of(suite, suite with { Environment = other }).Rows);
    }

    [Fact]
    public void Tiny_runs_other_suites_and_repeated_rows_are_refused()
    {
        var suite = Example.Suite(Example.Row("a", 1, 2));
        Assert.Throws<GpuLmException>(() => Comparison.Of(suite, suite with { Environment = suite.Environment with { Tiny = true } }));
        Assert.Throws<GpuLmException>(() => Comparison.Of(suite, suite with { Suite = "step" }));
        Assert.Throws<GpuLmException>(() => Comparison.Of(suite, suite with { Rows = [suite.Rows[0], suite.Rows[0]] }));
    }

    [Fact]
    public void Holm_corrects_as_published() =>
        Assert.Equal([0.03, 0.06, 0.06, 0.02], Holm.Correct([0.01, 0.04, 0.03, 0.005]).Select(p => Math.Round(p, 9)));

    static SuiteResult Restless(int seed, int rows = Rows) => new SimulatedMachine(seed, calm: false).Run(rows);

    static (ResultRow Old, ResultRow New) SlowRow() =>
        (Example.Row("a", 1, 1.01, 0.99, 1, 1.02, 0.98, 1), Example.Row("a", 1.2, 1.21, 1.19, 1.2, 1.22, 1.18, 1.2));

    static int Verdicts(IEnumerable<RowComparison> rows) => rows.Count(row => row.Verdict != Verdict.Undecided);

    /// <summary>The test of samples and the least change alone: no gauge, no scatter.</summary>
    static IEnumerable<RowComparison> Unguarded(SuiteResult old, SuiteResult current)
    {
        var blind = new Drift(old.Environment, current.Environment, [], Comparison.Level);
        RowJudge[] judges = [.. old.Rows.Zip(
            current.Rows, (before, after) => new RowJudge(before with { MachineSpeed = 0 }, after with { MachineSpeed = 0 }, blind))];
        double[] p = Holm.Correct([.. judges.Select(judge => judge.PValue())]);
        return judges.Select((judge, i) => judge.Judge(p[i], judges.Length));
    }
}
