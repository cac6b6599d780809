using GpuLm.Bench.Measuring;
using GpuLm.Bench.Results;

namespace GpuLm.Bench.Peers;

/// <summary>Joins the turns of both sides on a GPU into a suite <c>peers</c>: a round of a row is the median of a turn.</summary>
public static class PeerJoin
{
    const string How =
        "Both sides took turns on the same GPU, GpuLm first; a round is the median of a turn. GpuLm's kernels are launched and waited for "
        + "one by one, PyTorch's are launched in blocks of 10 ms or more and timed by the GPU's own events, so that no ratio counts "
        + "PyTorch's launches; a training step waits once a step on both sides. Data come from memory.";

    /// <summary>What <c>Probe.Triad</c> and PyTorch's copy move a second decides how fast memory is.</summary>
    static readonly string[] Copies = ["Probe.Triad", "copy"];

    /// <summary>Our rows beside PyTorch's, the table of the ratios, and that of the bars.</summary>
    /// <param name="turns">The turns; at least one has a result of ours.</param>
    /// <param name="bars">The bars.</param>
    /// <exception cref="GpuLmException">The turns were not measured on one device, or not from one commit.</exception>
    public static SuiteResult Of(IReadOnlyList<PeerTurn> turns, IReadOnlyList<Bar> bars)
    {
        ArgumentNullException.ThrowIfNull(turns);
        var results = turns.SelectMany(turn => turn.Results).ToList();
        RequireOne(results, "devices", environment => environment.Device.Name);
        RequireOne(results, "commits", environment => environment.Commit);
        var ours = turns.Select(turn => turn.OurRows()).ToList();
        var theirs = turns.Select(turn => turn.TorchRows()).ToList();
        var rows = Join(ours, theirs, bars);
        double bytesPerSecond = BytesPerSecond(ours.Concat(theirs).SelectMany(turn => turn));
        var first = results[0].Environment;
        var judgements = BarTable.Judge(rows, first.Tiny ? [] : bars, bytesPerSecond);
        return new SuiteResult(
            "peers",
            first with { Software = results.SelectMany(result => result.Environment.Software).DistinctBy(item => item.Key).ToDictionary() },
            rows, [BarTable.Of(judgements, bytesPerSecond), PeerTable.Of(rows, How)]);
    }

    static void RequireOne(List<SuiteResult> results, string what, Func<RunEnvironment, string> part)
    {
        string[] found = [.. results.Select(result => part(result.Environment)).Distinct()];
        if (found.Length == 1) return;
        throw new GpuLmException(
            $"These results come from {found.Length} {what}: {string.Join("; ", found)}. Two machines or versions never meet in one ratio: "
            + "measure all turns again, on one.");
    }

    /// <summary>Work that both sides did or that has a bar; the rest has no peer.</summary>
    static List<ResultRow> Join(List<IReadOnlyList<ResultRow>> ours, List<IReadOnlyList<ResultRow>> theirs, IReadOnlyList<Bar> bars)
    {
        var joined = new List<ResultRow>();
        foreach (string name in ours.SelectMany(turn => turn).Select(row => row.Name).Distinct())
        {
            var mine = Turns(ours, name);
            var one = mine.OfType<ResultRow>().First();
            var (what, shape, precision) = (one.Labels[PeerLabels.What], one.Labels[PeerLabels.Shape], one.Labels[PeerLabels.Precision]);
            var other = Turns(theirs, PeerLabels.NameOf(what, shape, precision, PeerLabels.Torch));
            bool hasPeer = other.Any(row => row is not null);
            if (!hasPeer && !bars.Any(bar => bar.Precision == precision && bar.Work.Contains(what))) continue;
            // Rounds are compared one by one: a turn that one side lacks is none. Where the peer has none, ours stand alone.
            bool IsRound(int turn) => mine[turn]?.Samples is not null && other[turn]?.Samples is not null;
            bool anyRound = Enumerable.Range(0, mine.Length).Any(IsRound);
            joined.Add(Row(mine, turn => anyRound ? IsRound(turn) : mine[turn]?.Samples is not null));
            if (hasPeer) joined.Add(Row(other, turn => anyRound ? IsRound(turn) : other[turn]?.Samples is not null));
        }
        return joined;
    }

    static ResultRow?[] Turns(List<IReadOnlyList<ResultRow>> turns, string name) =>
        [.. turns.Select(rows => rows.FirstOrDefault(row => row.Name == name))];

    /// <summary>One row of all turns; one turn whose result was wrong makes it wrong, one without a result does not count.</summary>
    static ResultRow Row(ResultRow?[] turns, Func<int, bool> counts)
    {
        var found = turns.OfType<ResultRow>().ToList();
        if (found.Find(row => row.Refused) is { } refused) return refused with { Seconds = [] };
        ResultRow[] counted = [.. turns.Where((_, turn) => counts(turn)).OfType<ResultRow>()];
        if (counted.Length == 0) return found[0];
        var all = new Samples([.. counted.SelectMany(row => row.Seconds)]);
        return counted[0] with
        {
            Seconds = [.. counted.Select(row => row.Samples!.Median)],
            MachineSpeed = counted.Min(row => row.MachineSpeed),
            Figures = new Dictionary<string, double>(counted[0].Figures)
            {
                ["lower quartile, seconds"] = all.LowerQuartile, ["upper quartile, seconds"] = all.UpperQuartile,
            },
            Reason = null,
        };
    }

    static double BytesPerSecond(IEnumerable<ResultRow> rows) => rows
        .Where(row => Copies.Contains(row.Labels[PeerLabels.What]) && row.Samples is not null)
        .Select(row => row.Bytes / row.Samples!.Median).DefaultIfEmpty().Max();
}
