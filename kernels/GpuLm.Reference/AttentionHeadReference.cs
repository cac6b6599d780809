namespace GpuLm.Reference;

/// <summary>
/// One head of causal attention at chosen tokens, in double: what <see cref="AttentionReference"/> computes for all, for sequences so long
/// that all would take too much time. Inputs are [T, D].
/// </summary>
/// <remarks>
/// A kernel that stores bf16 rounds weights, outputs, and gradients of logits before they are multiplied, and nothing else. With
/// <paramref name="roundedTerms"/> a magnitude is the root of the sum of these terms' squares, as independent errors add up, with what an
/// output's roundings make of delta; without, it is made of all terms and of what an error of one unit in each exponent does.
/// </remarks>
/// <param name="q">Queries.</param>
/// <param name="k">Keys.</param>
/// <param name="v">Values.</param>
/// <param name="dOutput">The gradient of the output.</param>
/// <param name="length">T.</param>
/// <param name="headSize">D.</param>
/// <param name="roundedTerms">What the magnitudes are made of.</param>
public sealed class AttentionHeadReference(
    double[] q, double[] k, double[] v, double[] dOutput, int length, int headSize, bool roundedTerms = false)
{
    readonly double scale = 1 / Math.Sqrt(headSize);

    /// <summary>Output of a token, [D].</summary>
    public Oracle Output(int token)
    {
        var (weights, error) = Weights(token);
        var output = new Oracle(headSize);
        for (int d = 0; d < headSize; d++)
        {
            double value = 0, magnitude = 0;
            for (int j = 0; j <= token; j++) value += weights[j] * v[j * headSize + d];
            for (int j = 0; j <= token; j++)
            {
                magnitude += Part(weights[j] * (Math.Abs(v[j * headSize + d]) + Math.Abs(v[j * headSize + d] - value) * error));
            }
            output.Set(d, value, Whole(magnitude));
        }
        return output;
    }

    /// <summary>Gradient of a token's query, [D].</summary>
    public Oracle DQuery(int token)
    {
        var gradient = new Oracle(headSize);
        var logits = DLogits(token, 0, token);
        for (int j = 0; j <= token; j++) Add(gradient, scale, logits.Value[j], logits.Magnitude[j], k, j);
        return Finish(gradient);
    }

    /// <summary>Gradients of a token's key and value, [D] each. They come from every later query, so this costs T^2 D.</summary>
    public (Oracle DKey, Oracle DValue) DKeyAndValue(int token)
    {
        Oracle dKey = new(headSize), dValue = new(headSize);
        var rows = new (double Weight, double Error, double DLogit, double DLogitMagnitude)[length];
        Parallel.For(token, length, i =>
        {
            var (weights, error) = Weights(i);
            var logits = DLogits(i, token, token);
            rows[i] = (weights[token], error, logits.Value[0], logits.Magnitude[0]);
        });
        for (int i = token; i < length; i++)
        {
            Add(dKey, scale, rows[i].DLogit, rows[i].DLogitMagnitude, q, i);
            Add(dValue, 1, rows[i].Weight, rows[i].Weight * (1 + rows[i].Error), dOutput, i);
        }
        return (Finish(dKey), Finish(dValue));
    }

    /// <summary>p_j (dp_j - delta) for the keys from first to last, with dp_j = dOutput . v_j and delta = dOutput . output.</summary>
    Oracle DLogits(int query, int first, int last)
    {
        var (weights, error) = Weights(query);
        var output = Output(query);
        double delta = 0, deltaMagnitude = 0, squares = 0;
        for (int d = 0; d < headSize; d++)
        {
            double above = dOutput[query * headSize + d], term = above * output.Value[d];
            delta += term;
            deltaMagnitude += Math.Abs(above) * output.Magnitude[d];
            squares += term * term;
        }
        var logits = new Oracle(last - first + 1);
        for (int j = first; j <= last; j++)
        {
            var (dp, dpMagnitude) = Dot(dOutput, query, v, j);
            double value = weights[j] * (dp - delta);
            double magnitude = roundedTerms
                ? Math.Sqrt(value * value + weights[j] * weights[j] * squares)
                : weights[j] * (dpMagnitude + deltaMagnitude) + Math.Abs(value) * error;
            logits.Set(j - first, value, magnitude);
        }
        return logits;
    }

    /// <summary>Weights of the keys up to the query's own, and how many units of roundoff an exponent may be off.</summary>
    (double[] Weights, double Error) Weights(int query)
    {
        var weights = new double[query + 1];
        double max = double.NegativeInfinity, largest = 0, sum = 0;
        for (int j = 0; j <= query; j++)
        {
            var (dot, magnitude) = Dot(q, query, k, j);
            weights[j] = scale * dot;
            max = Math.Max(max, weights[j]);
            largest = Math.Max(largest, scale * magnitude);
        }
        for (int j = 0; j <= query; j++) sum += weights[j] = Math.Exp(weights[j] - max);
        for (int j = 0; j <= query; j++) weights[j] /= sum;
        return (weights, roundedTerms ? 0 : 1 + 2 * largest + Math.Abs(max) + Math.Log(sum));
    }

    (double Value, double Magnitude) Dot(double[] a, int rowA, double[] b, int rowB)
    {
        double value = 0, magnitude = 0;
        for (int d = 0; d < headSize; d++)
        {
            double term = a[rowA * headSize + d] * b[rowB * headSize + d];
            value += term;
            magnitude += Math.Abs(term);
        }
        return (value, magnitude);
    }

    void Add(Oracle sum, double scale, double factor, double factorMagnitude, double[] values, int row)
    {
        for (int d = 0; d < headSize; d++)
        {
            double value = values[row * headSize + d];
            sum.Add(d, scale * factor * value, Part(Math.Abs(scale * factorMagnitude * value)));
        }
    }

    Oracle Finish(Oracle sum) => sum with { Magnitude = [.. sum.Magnitude.Select(Whole)] };

    double Part(double magnitude) => roundedTerms ? magnitude * magnitude : magnitude;

    double Whole(double magnitude) => roundedTerms ? Math.Sqrt(magnitude) : magnitude;
}
