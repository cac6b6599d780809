using System.Text;
using GpuLm.Data;

namespace GpuLm.Models;

/// <summary>
/// GPT-2's initial parameters: weights and both embeddings from N(0, 0.02), the two projections into the residual stream from
/// N(0, 0.02 / sqrt(2 layers)), biases 0, layer norms 1. As Hugging Face's <c>GPT2PreTrainedModel._init_weights</c> does it (and nanoGPT);
/// the original TensorFlow code draws position embeddings from N(0, 0.01).
/// </summary>
public static class GptInitialization
{
    /// <summary>The standard deviation of weights and embeddings, <c>initializer_range</c>.</summary>
    public const double StandardDeviation = 0.02;

    /// <summary>Values that one stream of random numbers fills.</summary>
    const int StreamLength = 4096;

    /// <summary>2^-32.</summary>
    const double Unit = 1.0 / (1L << 32);

    /// <summary>
    /// Fills one parameter. The values depend on the seed, the parameter's name and their place in it, and neither on the order of the
    /// parameters nor on the threads that fill them: normal numbers by Box and Muller (1958), a pair from each 64 bits of
    /// <see cref="CounterRandom"/>, of which the radius takes 32, so that none is further than 6.7 standard deviations from 0.
    /// </summary>
    /// <param name="config">The model.</param>
    /// <param name="slot">The parameter.</param>
    /// <param name="seed">The model's seed.</param>
    /// <param name="values">As many elements as the parameter has; overwritten.</param>
    /// <exception cref="ArgumentException">There are more or fewer values than the parameter has.</exception>
    public static void Fill(GptConfig config, ParameterSlot slot, ulong seed, Memory<float> values)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(slot);
        if (values.Length != slot.Length)
        {
            throw new ArgumentException(
                $"{slot.Name} has {slot.Length} elements; there are {values.Length} values to fill.", nameof(values));
        }
        if (slot.Name.EndsWith(".bias", StringComparison.Ordinal)) values.Span.Clear();
        else if (slot.Shape.Count == 1) values.Span.Fill(1);
        else FillNormal(seed, NameHash(slot.Name), Deviation(config, slot), values);
    }

    static double Deviation(GptConfig config, ParameterSlot slot) =>
        StandardDeviation / (slot.Name.EndsWith(".c_proj.weight", StringComparison.Ordinal) ? Math.Sqrt(2.0 * config.Layers) : 1);

    static void FillNormal(ulong seed, long name, double deviation, Memory<float> values) =>
        Parallel.For(0, (values.Length + StreamLength - 1) / StreamLength, stream =>
        {
            var random = new CounterRandom(seed, name, stream);
            var span = values.Span[(stream * StreamLength)..Math.Min((stream + 1) * StreamLength, values.Length)];
            for (int i = 0; i < span.Length; i += 2)
            {
                ulong bits = random.Next();
                double radius = deviation * Math.Sqrt(-2 * Math.Log(((bits >> 32) + 1) * Unit));
                var (sine, cosine) = Math.SinCos(2 * Math.PI * Unit * (uint)bits);
                span[i] = (float)(radius * cosine);
                if (i + 1 < span.Length) span[i + 1] = (float)(radius * sine);
            }
        });

    /// <summary>FNV-1a of the name's UTF-8, 64 bits.</summary>
    static long NameHash(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte value in Encoding.UTF8.GetBytes(name)) hash = (hash ^ value) * 0x100000001B3;
        return (long)hash;
    }
}
