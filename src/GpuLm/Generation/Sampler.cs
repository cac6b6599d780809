namespace GpuLm.Generation;

/// <summary>
/// Draws the next token from logits: divided by the temperature, restricted to the <c>top-k</c> likeliest, then to the smallest set whose
/// probabilities sum to <c>top-p</c> (nucleus sampling, Holtzman et al. 2020). The same seed and logits give the same tokens.
/// </summary>
public sealed class Sampler
{
    readonly float temperature, topP;
    readonly int topK;
    readonly Random random;
    int[] ids = [];
    float[] weights = [];

    /// <summary>Creates a sampler.</summary>
    /// <param name="temperature">0 always takes the likeliest token; 1 samples from the model's own distribution.</param>
    /// <param name="topK">Tokens to keep; 0 keeps all.</param>
    /// <param name="topP">Probability to keep, above 0 and up to 1; 1 keeps all.</param>
    /// <param name="seed">Seeds the draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public Sampler(float temperature = 1, int topK = 0, float topP = 1, ulong seed = 1)
    {
        if (!(temperature >= 0 && float.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature must be 0 or more.");
        }
        ArgumentOutOfRangeException.ThrowIfNegative(topK);
        if (!(topP > 0 && topP <= 1)) throw new ArgumentOutOfRangeException(nameof(topP), topP, "Top-p must be above 0 and at most 1.");
        this.temperature = temperature;
        this.topK = topK;
        this.topP = topP;
        random = new Random((int)(seed ^ (seed >> 32)));
    }

    /// <summary>Draws a token.</summary>
    /// <param name="logits">One logit for each token of the vocabulary.</param>
    /// <exception cref="GpuLmException">A logit is NaN or infinite: the model's training has diverged.</exception>
    public int Sample(ReadOnlySpan<float> logits)
    {
        int best = Likeliest(logits);
        if (temperature == 0) return best;
        Reserve(logits.Length);
        float max = logits[best];
        for (int i = 0; i < logits.Length; i++)
        {
            ids[i] = i;
            weights[i] = MathF.Exp((logits[i] - max) / temperature);
        }
        int count = logits.Length;
        if ((topK > 0 && topK < count) || topP < 1) count = KeepLikeliest(count);
        return ids[Draw(weights.AsSpan(0, count))];
    }

    static int Likeliest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (!float.IsFinite(logits[i]))
            {
                throw new GpuLmException(
                    $"The model's logit of token {i} is {logits[i]}: its training diverged. "
                    + "Train again with a lower learning rate or with clipping.");
            }
            if (logits[i] > logits[best]) best = i;
        }
        return best;
    }

    void Reserve(int count)
    {
        if (ids.Length == count) return;
        (ids, weights) = (new int[count], new float[count]);
    }

    /// <summary>Sorts the tokens by falling weight and returns how many of them top-k and top-p keep; 1 or more.</summary>
    int KeepLikeliest(int count)
    {
        Array.Sort(weights, ids, Comparer<float>.Create((a, b) => b.CompareTo(a)));
        if (topK > 0) count = Math.Min(count, topK);
        double limit = topP * Sum(weights.AsSpan(0, count)), sum = 0;
        for (int kept = 0; kept < count; kept++)
        {
            sum += weights[kept];
            if (sum >= limit) return kept + 1;
        }
        return count;
    }

    int Draw(ReadOnlySpan<float> weights)
    {
        double remaining = random.NextDouble() * Sum(weights);
        int last = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (weights[i] == 0) continue;
            last = i;
            remaining -= weights[i];
            if (remaining < 0) break;
        }
        return last;
    }

    static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values) sum += value;
        return sum;
    }
}
