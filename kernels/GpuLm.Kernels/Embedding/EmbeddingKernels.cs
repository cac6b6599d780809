using GpuLm.Kernels.Common;
using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.Embedding;

/// <summary>The kernels of <see cref="Embedding"/>. Activations are [B T, C], wte [V, C], wpe [context, C].</summary>
public static partial class EmbeddingKernels
{
    /// <summary>y[b, t] = wte[ids[b, t]] + wpe[t]. A group owns whole rows.</summary>
    public static void Forward(
        ArrayView<int> ids, ArrayView<float> wte, ArrayView<float> wpe, int rows, int sequence, int channels, ArrayView<float> y)
    {
        int end = Share.End(rows);
        for (int row = Share.Start(rows); row < end; row++)
        {
            Row.Add(
                wte.SubView((long)ids[row] * channels, channels), wpe.SubView((long)(row % sequence) * channels, channels),
                y.SubView((long)row * channels, channels));
        }
    }

    /// <summary>y[r] = wte[ids[r]] + wpe[positions[r]]: tokens of sequences that began before. A group owns whole rows.</summary>
    public static void ForwardAt(
        ArrayView<int> ids, ArrayView<int> positions, ArrayView<float> wte, ArrayView<float> wpe, int rows, int channels,
        ArrayView<float> y)
    {
        int end = Share.End(rows);
        for (int row = Share.Start(rows); row < end; row++)
        {
            Row.Add(
                wte.SubView((long)ids[row] * channels, channels), wpe.SubView((long)positions[row] * channels, channels),
                y.SubView((long)row * channels, channels));
        }
    }

    /// <summary>
    /// dWte[ids[b, t]] += dY[b, t] and dWpe[t] (+)= sum_b dY[b, t]. A group owns channels and walks all tokens in order: one launch and
    /// even shares whatever the tokens are. Right for a CPU; a GPU gets too few groups.
    /// </summary>
    public static void BackwardByChannels(
        ArrayView<float> dY, ArrayView<int> ids, int batch, int sequence, int channels, int context, int accumulate,
        ArrayView<float> dWte, ArrayView<float> dWpe)
    {
        int start = Share.Start(channels), count = Share.End(channels) - start;
        for (int t = 0; t < context; t++)
        {
            var sum = dWpe.SubView((long)t * channels + start, count);
            if (t < sequence) Column.Sum(dY.SubView((long)t * channels + start), batch, sequence * channels, accumulate, sum);
            else if (accumulate == 0) Row.Fill(sum, 0f);
        }
        for (int row = 0; row < batch * sequence; row++)
        {
            var sum = dWte.SubView((long)ids[row] * channels + start, count);
            Row.Add(sum, dY.SubView((long)row * channels + start, count), sum);
        }
    }

    /// <summary>dWpe[t] (+)= sum_b dY[b, t], and 0 beyond the sequence unless accumulating. A group owns positions.</summary>
    public static void BackwardPositions(
        ArrayView<float> dY, int batch, int sequence, int channels, int context, int accumulate, ArrayView<float> dWpe)
    {
        int end = Share.End(context);
        for (int t = Share.Start(context); t < end; t++)
        {
            var sum = dWpe.SubView((long)t * channels, channels);
            if (t < sequence) Column.Sum(dY.SubView((long)t * channels), batch, sequence * channels, accumulate, sum);
            else if (accumulate == 0) Row.Fill(sum, 0f);
        }
    }

    /// <summary>
    /// dWte[tokens[k]] += the sum of dY[order[i]] for i in [starts[k], starts[k + 1]). A group owns tokens, so no two groups write the same
    /// row and no atomics are needed. A k without occurrences does nothing: the launch need not know how many tokens differ.
    /// </summary>
    public static void BackwardTokens(
        ArrayView<float> dY, ArrayView<int> tokens, ArrayView<int> starts, ArrayView<int> order, int count, int channels,
        ArrayView<float> dWte)
    {
        int end = Share.End(count);
        for (int k = Share.Start(count); k < end; k++)
        {
            if (starts[k] == starts[k + 1]) continue;
            EmbeddingRow.AddRows(dY, order, starts[k], starts[k + 1], dWte.SubView((long)tokens[k] * channels, channels));
        }
    }

    /// <summary>Rows is B T, Columns is C, Depth is the context (at most T of its rows are read).</summary>
    internal static IEnumerable<KernelEntry> Entries =>
    [
        Entry(nameof(Forward), "RowPerGroup", s => s.Elements,
            s => sizeof(float) * (2 * s.Elements + s.Rows + (double)s.Depth * s.Columns)),
        Entry(nameof(ForwardAt), "RowPerGroup", s => s.Elements, s => sizeof(float) * (3 * s.Elements + 2.0 * s.Rows)),
        Entry(nameof(BackwardByChannels), "ChannelsPerGroup", s => 2 * s.Elements,
            s => sizeof(float) * (3 * s.Elements + s.Rows + (double)s.Depth * s.Columns)),
        Entry(nameof(BackwardPositions), "PositionPerGroup", s => s.Elements,
            s => sizeof(float) * (s.Elements + (double)s.Depth * s.Columns)),
        Entry(nameof(BackwardTokens), "TokenPerGroup", s => s.Elements, s => sizeof(float) * (3 * s.Elements + 3.0 * s.Rows)),
        Bf16Entry(nameof(EightPerThread.Forward), "EightPerThread", s => s.Elements,
            s => 4 * s.Elements + sizeof(int) * (double)s.Rows + 2.0 * s.Depth * s.Columns),
        Bf16Entry(nameof(EightPerThread.ForwardAt), "EightPerThread", s => s.Elements,
            s => 6 * s.Elements + 2 * sizeof(int) * (double)s.Rows),
        Bf16Entry(nameof(EightPerThread.BackwardPositions), "EightPerThread", s => s.Elements,
            s => 2 * s.Elements + sizeof(float) * (double)s.Depth * s.Columns),
        Bf16Entry(nameof(EightPerThread.BackwardTokens), "TileOfTokenPerGroup", s => s.Elements,
            s => 2 * s.Elements + sizeof(float) * (2 * s.Elements + 3.0 * s.Rows)),
    ];

    static KernelEntry Entry(string kernel, string strategy, Func<KernelSizes, double> flops, Func<KernelSizes, double> bytes) =>
        new($"Embedding.{kernel}", "Embedding", strategy, typeof(EmbeddingKernels).GetMethod(kernel)!, flops, bytes);

    static KernelEntry Bf16Entry(string kernel, string strategy, Func<KernelSizes, double> flops, Func<KernelSizes, double> bytes) => new(
        $"Embedding.{kernel}Bf16", "Embedding", strategy, typeof(EightPerThread).GetMethod(kernel)!, flops, bytes, KernelTarget.Ampere);
}
