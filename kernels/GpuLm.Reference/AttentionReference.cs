namespace GpuLm.Reference;

/// <summary>
/// Causal multi-head attention with grouped-query heads, in double. qkv is [B T, (H + 2 Hkv) D]: a token's queries, keys and values. The
/// magnitudes contain what an error of one unit in each logit does to the result: a logit summed from large terms is an exponent. With
/// exact logits they contain the weights' and their gradients' own errors alone: what is rounded once more before it is multiplied.
/// </summary>
public static class AttentionReference
{
    /// <summary>Outputs [B T, H D] and the logarithms of the sums of exponentials [B, H, T].</summary>
    public static (Oracle Output, Oracle LogSumExp) Forward(
        double[] qkv, int batch, int length, int heads, int keyValueHeads, int headSize, bool exactLogits = false)
    {
        ArgumentNullException.ThrowIfNull(qkv);
        var output = new Oracle(batch * length * heads * headSize);
        var logSumExp = new Oracle(batch * heads * length);
        foreach (var row in Rows(qkv, batch, length, heads, keyValueHeads, headSize, exactLogits))
        {
            double lseMagnitude = 1 + Math.Abs(row.LogSumExp);
            for (int j = 0; j <= row.Token; j++) lseMagnitude += row.Weight[j] * row.LogitMagnitude[j];
            logSumExp.Set(row.Index, row.LogSumExp, lseMagnitude);
            for (int d = 0; d < headSize; d++)
            {
                double value = 0, magnitude = 0;
                for (int j = 0; j <= row.Token; j++) value += row.Weight[j] * qkv[row.Value(j) + d];
                for (int j = 0; j <= row.Token; j++)
                {
                    double v = qkv[row.Value(j) + d];
                    magnitude += row.WeightMagnitude(j) * (Math.Abs(v) + Math.Abs(v - value) * row.LogitError(j));
                }
                output.Set(row.Output + d, value, magnitude);
            }
        }
        return (output, logSumExp);
    }

    /// <summary>The gradient of qkv for a gradient of the outputs.</summary>
    public static Oracle Backward(
        double[] dOutput, double[] qkv, int batch, int length, int heads, int keyValueHeads, int headSize, bool exactLogits = false)
    {
        ArgumentNullException.ThrowIfNull(dOutput);
        ArgumentNullException.ThrowIfNull(qkv);
        var dQkv = new Oracle(qkv.Length);
        double scale = 1 / Math.Sqrt(headSize);
        var dWeight = new Oracle(length);
        foreach (var row in Rows(qkv, batch, length, heads, keyValueHeads, headSize, exactLogits))
        {
            // delta = sum over j of p_j dp_j, which is dOutput . output.
            double delta = 0, deltaMagnitude = 0;
            for (int j = 0; j <= row.Token; j++)
            {
                dWeight.Set(j, 0);
                for (int d = 0; d < headSize; d++) dWeight.Add(j, dOutput[row.Output + d] * qkv[row.Value(j) + d]);
                delta += row.Weight[j] * dWeight.Value[j];
                deltaMagnitude += row.Weight[j] * dWeight.Magnitude[j] * row.LogitError(j);
            }
            for (int j = 0; j <= row.Token; j++)
            {
                double p = row.Weight[j], dLogit = p * (dWeight.Value[j] - delta);
                double dLogitMagnitude = row.WeightMagnitude(j) * (dWeight.Magnitude[j] + deltaMagnitude)
                    + Math.Abs(dLogit) * row.LogitError(j);
                for (int d = 0; d < headSize; d++)
                {
                    double q = qkv[row.Query + d], k = qkv[row.Key(j) + d], dy = dOutput[row.Output + d];
                    Add(dQkv, row.Query + d, scale * dLogit * k, scale * dLogitMagnitude * Math.Abs(k));
                    Add(dQkv, row.Key(j) + d, scale * dLogit * q, scale * dLogitMagnitude * Math.Abs(q));
                    Add(dQkv, row.Value(j) + d, p * dy, row.WeightMagnitude(j) * Math.Abs(dy) * (1 + row.LogitError(j)));
                }
            }
        }
        return dQkv;
    }

    static void Add(Oracle sum, int index, double term, double magnitude)
    {
        sum.Value[index] += term;
        sum.Magnitude[index] += magnitude;
    }

    /// <summary>Every query of every head with its attention weights.</summary>
    static IEnumerable<Row> Rows(
        double[] qkv, int batch, int length, int heads, int keyValueHeads, int headSize, bool exactLogits)
    {
        int step = (heads + 2 * keyValueHeads) * headSize;
        for (int index = 0; index < batch * heads * length; index++)
        {
            int token = index % length, head = index / length % heads, start = index / length / heads * length;
            int keys = start * step + (heads + head / (heads / keyValueHeads)) * headSize;
            var row = new Row
            {
                Index = index,
                Token = token,
                Query = (start + token) * step + head * headSize,
                Keys = keys,
                Values = keys + keyValueHeads * headSize,
                Step = step,
                Output = ((start + token) * heads + head) * headSize,
                Weight = new double[token + 1],
                LogitMagnitude = new double[token + 1],
                ExactLogits = exactLogits,
            };
            row.Fill(qkv, headSize);
            yield return row;
        }
    }

    sealed class Row
    {
        public required int Index, Token, Query, Keys, Values, Step, Output;
        public required double[] Weight, LogitMagnitude;
        public required bool ExactLogits;
        public double LogSumExp, LargestMagnitude;

        public int Key(int j) => Keys + j * Step;

        public int Value(int j) => Values + j * Step;

        /// <summary>In units of roundoff, how far the exponent of weight j may be off: its terms and those of what is subtracted.</summary>
        public double LogitError(int j) => ExactLogits ? 1 : 1 + LogitMagnitude[j] + LargestMagnitude;

        /// <summary>In fp32 exponentials below 2^-126 need not be told apart; that is one unit of roundoff of 2^-102.</summary>
        public double WeightMagnitude(int j) => Weight[j] + Math.ScaleB(1, -102);

        public void Fill(double[] qkv, int headSize)
        {
            double scale = 1 / Math.Sqrt(headSize), max = double.NegativeInfinity, sum = 0;
            for (int j = 0; j <= Token; j++)
            {
                for (int d = 0; d < headSize; d++)
                {
                    double term = scale * qkv[Query + d] * qkv[Key(j) + d];
                    Weight[j] += term;
                    LogitMagnitude[j] += Math.Abs(term);
                }
                max = Math.Max(max, Weight[j]);
            }
            for (int j = 0; j <= Token; j++) sum += Math.Exp(Weight[j] - max);
            LogSumExp = max + Math.Log(sum);
            LargestMagnitude = Math.Abs(LogSumExp);
            for (int j = 0; j <= Token; j++)
            {
                Weight[j] = Math.Exp(Weight[j] - LogSumExp);
                LargestMagnitude = Math.Max(LargestMagnitude, Weight[j] * LogitMagnitude[j]);
            }
        }
    }
}
