namespace GpuLm.Bench.Results.Comparing;

/// <summary>
/// Two runs of a suite on one machine, row by row: faster, slower, or undecided. A verdict needs both of these: the ratio of the medians
/// passes 5 % and what the machine itself may have changed (<see cref="Drift"/>), alone and relative to the other rows; and the samples
/// differ by more than 5 % by the Mann-Whitney test (Mann and Whitney, 1947) at a level of 5 % for all rows together
/// (<see cref="Holm"/>).
/// </summary>
public sealed record Comparison
{
    /// <summary>Differences below this share are never called any.</summary>
    public const double LeastChange = 0.05;

    /// <summary>The probability of any false verdict among all rows, as far as samples tell.</summary>
    public const double Level = 0.05;

    /// <summary>The suite.</summary>
    public required string Suite { get; init; }

    /// <summary>The earlier run.</summary>
    public required RunEnvironment Old { get; init; }

    /// <summary>The later run.</summary>
    public required RunEnvironment New { get; init; }

    /// <summary>Every row of both runs.</summary>
    public required IReadOnlyList<RowComparison> Rows { get; init; }

    /// <summary>Rows of the earlier run that the later lacks.</summary>
    public required IReadOnlyList<string> OnlyOld { get; init; }

    /// <summary>Rows of the later run that the earlier lacks.</summary>
    public required IReadOnlyList<string> OnlyNew { get; init; }

    /// <summary>The ratio of times by which all rows moved together; 1 where they are too few to know.</summary>
    public required double CommonRatio { get; init; }

    /// <summary>Rows with a verdict.</summary>
    public int Count(Verdict verdict) => Rows.Count(row => row.Verdict == verdict);

    /// <summary>Compares two runs.</summary>
    /// <param name="old">The earlier.</param>
    /// <param name="current">The later.</param>
    /// <exception cref="GpuLmException">They are of different machines or suites, or their sizes were tiny.</exception>
    public static Comparison Of(SuiteResult old, SuiteResult current)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(current);
        Require(old, current);
        var before = ByName(old);
        var after = ByName(current);
        List<(ResultRow Old, ResultRow New)> both =
            [.. old.Rows.Where(row => after.ContainsKey(row.Name)).Select(row => (row, after[row.Name]))];
        List<(ResultRow Old, ResultRow New)> timed = [.. both.Where(row => row.Old.Samples is not null && row.New.Samples is not null)];
        var drift = new Drift(old.Environment, current.Environment, timed, Level);
        RowJudge[] judges = [.. timed.Select(row => new RowJudge(row.Old, row.New, drift))];
        double[] p = Holm.Correct([.. judges.Select(judge => judge.PValue())]);
        var judged = judges.Select((judge, i) => judge.Judge(p[i], judges.Length)).ToDictionary(row => row.Name);
        return new Comparison
        {
            Suite = old.Suite,
            Old = old.Environment,
            New = current.Environment,
            Rows = [.. both.Select(row => judged.GetValueOrDefault(row.Old.Name) ?? RowJudge.WithoutTimes(row.Old, row.New))],
            OnlyOld = [.. before.Keys.Where(name => !after.ContainsKey(name))],
            OnlyNew = [.. after.Keys.Where(name => !before.ContainsKey(name))],
            CommonRatio = Math.Exp(drift.Common),
        };
    }

    /// <summary>Compares every suite that two results, or two folders of results, share.</summary>
    /// <param name="old">The earlier: a suite's file or a folder.</param>
    /// <param name="current">The later.</param>
    /// <exception cref="GpuLmException">They share no suite, or one of them cannot be compared.</exception>
    public static IReadOnlyList<Comparison> OfFolders(string old, string current)
    {
        var later = SuiteFolder.Read(current).ToDictionary(result => result.Suite);
        Comparison[] comparisons =
            [.. SuiteFolder.Read(old).Where(result => later.ContainsKey(result.Suite)).Select(result => Of(result, later[result.Suite]))];
        return comparisons.Length > 0
            ? comparisons
            : throw new GpuLmException($"{old} and {current} share no suite. Name two runs of one suite, or folders that hold them.");
    }

    static void Require(SuiteResult old, SuiteResult current)
    {
        if (old.Suite != current.Suite)
        {
            throw new GpuLmException(
                $"The suite '{old.Suite}' cannot be compared with the suite '{current.Suite}'. Name two runs of one suite.");
        }
        if (old.Environment.Tiny || current.Environment.Tiny)
        {
            throw new GpuLmException(
                $"A run of '{old.Suite}' had tiny sizes, which only show that it works. Measure again without --tiny.");
        }
        if (SameMachine.Differences(old.Environment, current.Environment) is { Count: > 0 } differences)
        {
            throw new GpuLmException(
                $"The runs of '{old.Suite}' are of different machines, and times of two machines are never compared. "
                + $"They differ in {string.Join("; ", differences)}. Measure both on one machine.");
        }
    }

    static Dictionary<string, ResultRow> ByName(SuiteResult result)
    {
        var repeated = result.Rows.GroupBy(row => row.Name).FirstOrDefault(rows => rows.Count() > 1);
        return repeated is null
            ? result.Rows.ToDictionary(row => row.Name)
            : throw new GpuLmException($"The row '{repeated.Key}' is there twice in a run of '{result.Suite}'. Measure that run again.");
    }
}
