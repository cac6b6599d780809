using GpuLm.Kernels.CachedAttention;
using GpuLm.Kernels.Common;
using GpuLm.Tensors;

namespace GpuLm.Models;

/// <summary>
/// Keys and values of all layers for some sequences, each with room for the model's whole context: 2 L C numbers a token.
/// </summary>
sealed class KeyValueCache : IDisposable
{
    readonly Arena arena;

    /// <summary>Allocates a cache of zeros.</summary>
    /// <exception cref="GpuLmException">The device has not enough memory.</exception>
    public KeyValueCache(Gpt model, int slots)
    {
        Shape = ShapeFor(model.Config, slots);
        arena = new Arena(model.Device, RequiredBytes(model.Config, model.Format, slots), "cache of keys and values");
        Layers = Cut(model.Config, model.Format, Shape, new ArenaCutter(arena.View));
    }

    /// <summary>A layer's sizes.</summary>
    public CacheShape Shape { get; }

    /// <summary>Each layer's keys and values.</summary>
    public IReadOnlyList<(Tensor Keys, Tensor Values)> Layers { get; }

    /// <summary>Bytes on the device.</summary>
    public static long RequiredBytes(GptConfig config, ModelFormat format, int slots)
    {
        var counter = new ArenaCutter();
        Cut(config, format, ShapeFor(config, slots), counter);
        return counter.Bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => arena.Dispose();

    static CacheShape ShapeFor(GptConfig config, int slots) =>
        new(slots, config.ContextLength, config.Heads, config.Heads, config.HeadSize);

    static (Tensor Keys, Tensor Values)[] Cut(GptConfig config, ModelFormat format, CacheShape shape, ArenaCutter cutter) =>
        [.. Enumerable.Range(0, config.Layers).Select(_ =>
            (cutter.Take(format.Numbers, shape.KeyLength), cutter.Take(format.Numbers, shape.ValueLength)))];
}
