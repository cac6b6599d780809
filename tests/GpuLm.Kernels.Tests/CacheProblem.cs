using GpuLm.Kernels.CachedAttention;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;

namespace GpuLm.Kernels.Tests;

/// <summary>Sequences of given lengths whose last tokens are asked for, in a cache that is NaN wherever nothing was appended.</summary>
sealed class CacheProblem
{
    readonly int[] lengths;

    public CacheProblem(CacheShape shape, int[] lengths, bool outliers = false)
    {
        (Shape, this.lengths) = (shape, lengths);
        var random = new TestRandom();
        Sequences = [.. lengths.Select(
            length => outliers ? random.WithOutliers(length * shape.TokenSize, 0.3) : random.Normal(length * shape.TokenSize))];
    }

    public CacheShape Shape { get; }

    public IReadOnlyList<int> Lengths => lengths;

    /// <summary>Each slot's qkv.</summary>
    public float[][] Sequences { get; }

    public CacheProblem ToBf16()
    {
        for (int i = 0; i < Sequences.Length; i++) Sequences[i] = Sequences[i].ToBf16();
        return this;
    }

    public Oracle Oracle(int newTokens, int[]? lengths = null)
    {
        var (slots, positions) = Rows(newTokens, lengths ?? this.lengths);
        return CachedAttentionReference.Forward(
            [.. Sequences.Select(sequence => sequence.ToDoubles())], slots, positions, Shape.Heads, Shape.KeyValueHeads, Shape.HeadSize);
    }

    /// <summary>Appends all tokens, those before the last in one launch, and returns the last ones' outputs.</summary>
    public float[] Run(string name, int newTokens, int? forget = null)
    {
        var device = TestDevices.Get(name);
        using var keys = Fenced.Output(device, (int)Shape.KeyLength);
        using var values = Fenced.Output(device, (int)Shape.ValueLength);
        var (slots, positions) = Rows(newTokens, lengths);
        using var output = Fenced.Output(device, slots.Length * Shape.OutputSize);
        Launch(device, newTokens, forget, qkv => Fenced.Input(device, qkv), fenced => fenced.View, keys.View, values.View, output.View);
        _ = (keys.Read(), values.Read());
        return output.Read();
    }

    /// <summary>As <see cref="Run"/>, in bf16.</summary>
    public float[] RunBf16(string name, int newTokens)
    {
        var device = TestDevices.Get(name);
        using var keys = Fenced.OutputBf16(device, (int)Shape.KeyLength);
        using var values = Fenced.OutputBf16(device, (int)Shape.ValueLength);
        var (slots, positions) = Rows(newTokens, lengths);
        using var output = Fenced.OutputBf16(device, slots.Length * Shape.OutputSize);
        Launch(device, newTokens, null, qkv => Fenced.InputBf16(device, qkv), fenced => fenced.View, keys.View, values.View, output.View);
        _ = (keys.Read(), values.Read());
        return output.ReadFloats();
    }

    void Launch<TFenced>(
        ComputeDevice device, int newTokens, int? forget, Func<float[], TFenced> input, Func<TFenced, Tensor> view, Tensor keys,
        Tensor values, Tensor output)
        where TFenced : IDisposable
    {
        var attention = new CachedAttention.CachedAttention(device);
        using var tokens = new PlacedTokens(device, lengths.Sum(), vocabulary: 1, Shape.Slots, Shape.Capacity);
        var before = Places((slot, position) => position < lengths[slot] - newTokens && position != forget);
        var last = Places((slot, position) => position >= lengths[slot] - newTokens);
        foreach (var places in new[] { before, last }.Where(places => places.Length > 0))
        {
            using var qkv = input([.. places.SelectMany(
                place => Sequences[place.Slot].Skip(place.Position * Shape.TokenSize).Take(Shape.TokenSize))]);
            tokens.Load(new int[places.Length], [.. places.Select(p => p.Slot)], [.. places.Select(p => p.Position)]);
            attention.Append(view(qkv), tokens, Shape, keys, values);
            if (places == last) attention.Forward(view(qkv), tokens, Shape, keys, values, output);
            device.Synchronize();
        }
    }

    (int Slot, int Position)[] Places(Func<int, int, bool> which) =>
        [.. from slot in Enumerable.Range(0, lengths.Length)
            from position in Enumerable.Range(0, lengths[slot])
            where which(slot, position)
            select (slot, position)];

    static (int[] Slots, int[] Positions) Rows(int newTokens, int[] lengths)
    {
        var rows = from slot in Enumerable.Range(0, lengths.Length)
                   from position in Enumerable.Range(Math.Max(0, lengths[slot] - newTokens), Math.Min(newTokens, lengths[slot]))
                   select (slot, position);
        return ([.. rows.Select(row => row.slot)], [.. rows.Select(row => row.position)]);
    }
}
