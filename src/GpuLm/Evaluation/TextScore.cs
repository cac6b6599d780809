namespace GpuLm.Evaluation;

/// <summary>How well a model predicts a text.</summary>
/// <param name="LossSum">The loss of all predicted tokens together, in nats.</param>
/// <param name="Tokens">Tokens that were predicted.</param>
/// <param name="Bytes">Bytes of text that these tokens stand for.</param>
/// <param name="Documents">Documents that have such tokens.</param>
/// <param name="LossInterval">The loss's confidence interval; nothing where there is a single unit.</param>
/// <param name="Unit">What the interval takes for independent: <c>documents</c> or <c>windows</c>.</param>
public sealed record TextScore(double LossSum, long Tokens, long Bytes, int Documents, Interval? LossInterval, string Unit)
{
    /// <summary>Mean loss in nats per token.</summary>
    public double Loss => LossSum / Tokens;

    /// <summary>e^loss: among how many equally likely tokens the model hesitates.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>Bits per byte of text, sum of losses / (ln 2 * bytes): compares models with different tokenizers.</summary>
    public double BitsPerByte => LossSum / Math.Log(2) / Bytes;
}
