using GpuLm.Models;
using GpuLm.TestKit;

namespace GpuLm.Tests.Evaluation;

/// <summary>
/// A model whose next token does not depend on the text: all blocks are zero, the final norm gives the first unit vector, and the first
/// channel of a token's embedding is its logit. So every likelihood is known.
/// </summary>
static class UnigramModel
{
    public static Gpt Create(string device, int context, float[] logits)
    {
        const int Channels = 8;
        var model = new Gpt(TestDevices.Get(device), new GptConfig(1, 1, Channels, context, logits.Length), seed: null);
        var embedding = new float[logits.Length * Channels];
        for (int token = 0; token < logits.Length; token++) embedding[token * Channels] = logits[token];
        model.WriteParameters(model.Layout["wte.weight"], embedding);
        var unit = new float[Channels];
        unit[0] = 1;
        model.WriteParameters(model.Layout["ln_f.bias"], unit);
        return model;
    }

    /// <summary>Logits of a byte vocabulary: as listed, and 0 for every other byte.</summary>
    public static float[] Bytes(params (char Byte, float Logit)[] listed)
    {
        var logits = new float[256];
        foreach (var (character, logit) in listed) logits[character] = logit;
        return logits;
    }

    /// <summary>-log P(token) in nats.</summary>
    public static double Loss(float[] logits, int token) => Math.Log(logits.Sum(x => Math.Exp(x))) - logits[token];
}
