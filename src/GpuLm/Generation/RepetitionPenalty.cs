namespace GpuLm.Generation;

/// <summary>
/// Makes tokens less likely that the text has already: their logits are divided by the penalty (Keskar et al. 2019, "CTRL", section 4.1),
/// and where they are negative multiplied by it, as dividing would raise them. All tokens of the prompt and of what follows count.
/// </summary>
sealed class RepetitionPenalty
{
    readonly float penalty;
    readonly HashSet<int> seen = [];

    /// <summary>Creates a penalty.</summary>
    /// <param name="penalty">Above 0; 1 changes nothing, less than 1 makes repetition likelier.</param>
    /// <exception cref="ArgumentOutOfRangeException">The penalty is not above 0, or infinite.</exception>
    public RepetitionPenalty(float penalty)
    {
        if (!(penalty > 0 && float.IsFinite(penalty)))
        {
            throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "The repetition penalty must be above 0.");
        }
        this.penalty = penalty;
    }

    /// <summary>Counts a token of the text.</summary>
    public void Add(int token) => seen.Add(token);

    /// <summary>Changes the logits [V] of the tokens that were counted.</summary>
    public void Apply(Span<float> logits)
    {
        if (penalty == 1) return;
        foreach (int token in seen)
        {
            if (!float.IsFinite(logits[token])) continue;
            float penalised = logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty;
            // An extreme penalty must not look like a model that diverged.
            logits[token] = Math.Clamp(penalised, float.MinValue, float.MaxValue);
        }
    }
}
