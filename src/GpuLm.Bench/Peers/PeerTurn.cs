using System.Globalization;
using GpuLm.Bench.Results;

namespace GpuLm.Bench.Peers;

/// <summary>One turn of both sides on a GPU: what this library measured, then what torch_peers.py measured of the same.</summary>
/// <param name="Kernels">Our kernels, if they were measured.</param>
/// <param name="Step">Our training steps, if they were measured.</param>
/// <param name="Torch">PyTorch's times, if there is PyTorch.</param>
public sealed record PeerTurn(SuiteResult? Kernels, SuiteResult? Step, SuiteResult? Torch)
{
    /// <summary>The file that torch_peers.py writes, without its ending.</summary>
    public const string TorchFile = "torch";

    /// <summary>The results of this turn.</summary>
    public IEnumerable<SuiteResult> Results => new[] { Kernels, Step, Torch }.OfType<SuiteResult>();

    /// <summary>The turns in a folder: its folders 1, 2 and so on, or else itself.</summary>
    /// <exception cref="GpuLmException">There are none of our results, or a file is no result.</exception>
    public static IReadOnlyList<PeerTurn> ReadAll(string folder)
    {
        string[] numbered =
        [
            .. Enumerable.Range(1, 9).Select(turn => Path.Combine(folder, turn.ToString(CultureInfo.InvariantCulture)))
                .TakeWhile(Directory.Exists),
        ];
        PeerTurn[] turns = [.. (numbered.Length > 0 ? numbered : [folder]).Select(Read)];
        return turns.Any(turn => turn.Kernels is not null || turn.Step is not null)
            ? turns
            : throw new GpuLmException(
                $"{folder} has no kernels.json and no step.json, and no folders 1, 2 ... with them. Measure first: "
                + "GpuLm.Benchmarks --suite kernels --out FOLDER, gpulm bench step --out FOLDER.");
    }

    static PeerTurn Read(string folder) => new(Find(folder, "kernels"), Find(folder, "step"), Find(folder, TorchFile));

    static SuiteResult? Find(string folder, string suite)
    {
        string path = SuiteFile.PathIn(folder, suite);
        return File.Exists(path) ? SuiteFile.Read(path) : null;
    }

    /// <summary>Our rows of this turn that a peer can do too, with the labels of a peer's row.</summary>
    internal IReadOnlyList<ResultRow> OurRows() => WithSums(
    [
        .. (Kernels?.Rows ?? []).Where(IsComparable).Select(row => Relabel(
            row, row.Labels["kernel"], row.Labels["shape"], row.Labels["precision"])),
        .. (Step?.Rows ?? []).Where(row => !row.Labels.ContainsKey("family")).Select(row => Relabel(
            row, "training step", $"{row.Labels["model"]}, B {row.Labels["batch"]}, T {row.Labels["context"]}", row.Labels["precision"])),
    ]);

    /// <summary>PyTorch's rows of this turn.</summary>
    internal IReadOnlyList<ResultRow> TorchRows() => WithSums(Torch?.Rows ?? []);

    /// <summary>Data from memory, cut as the launcher chooses: as in training. Tiny sizes all lie in a cache.</summary>
    bool IsComparable(ResultRow row) =>
        (row.Labels["cache"] == "cold" || Kernels!.Environment.Tiny) && row.Labels.GetValueOrDefault("configuration", "").Length == 0;

    static ResultRow Relabel(ResultRow row, string what, string shape, string precision) => row with
    {
        Name = PeerLabels.NameOf(what, shape, precision, PeerLabels.GpuLm),
        Labels = PeerLabels.Of(what, shape, precision, PeerLabels.GpuLm),
    };

    /// <summary>Attention's bar is about both directions together; what is timed is each by itself.</summary>
    static ResultRow[] WithSums(IReadOnlyList<ResultRow> rows) =>
    [
        .. rows,
        .. from forward in rows
           where forward.Labels[PeerLabels.What] == "Attention.Forward"
           from backward in rows
           where backward.Name == forward.Name.Replace("Attention.Forward", "Attention.Backward", StringComparison.Ordinal)
           select Sum(forward, backward),
    ];

    static ResultRow Sum(ResultRow forward, ResultRow backward)
    {
        string what = "Attention.Forward+Backward", side = forward.Labels[PeerLabels.Side];
        string shape = forward.Labels[PeerLabels.Shape], precision = forward.Labels[PeerLabels.Precision];
        return forward with
        {
            Name = PeerLabels.NameOf(what, shape, precision, side),
            Labels = PeerLabels.Of(what, shape, precision, side),
            Seconds = forward.Samples is { } first && backward.Samples is { } second ? [first.Median + second.Median] : [],
            Flops = forward.Flops + backward.Flops,
            Bytes = forward.Bytes + backward.Bytes,
            Reason = forward.Reason ?? backward.Reason,
            Refused = forward.Refused || backward.Refused,
        };
    }
}
