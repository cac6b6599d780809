namespace GpuLm.Reference;

/// <summary>Cross-entropy of a softmax with its targets: loss_r = log sum_i e^x[r,i] - x[r, target_r]; none for a target below 0.</summary>
/// <remarks>
/// An exponential carries the rounding of its argument, so that a term e^(x - max) is uncertain by 1 + |x - max| units.
/// </remarks>
public static class CrossEntropyReference
{
    /// <summary>losses [rows] of logits [rows, vocabulary].</summary>
    public static Oracle Forward(double[] logits, int[] targets, int rows, int vocabulary)
    {
        var losses = new Oracle(rows);
        for (int row = 0; row < rows; row++)
        {
            if (targets[row] < 0) continue;
            var (max, sum, spread) = Statistics(logits, row, vocabulary);
            double target = logits[row * vocabulary + targets[row]];
            losses.Set(row, max + Math.Log(sum) - target, Math.Abs(max) + Math.Log(sum) + Math.Abs(target) + 1 + spread);
        }
        return losses;
    }

    /// <summary>gradientScale * d loss_r / d logits[r, i] = gradientScale (softmax(x_r)[i] - [i = target_r]).</summary>
    public static Oracle Backward(double[] logits, int[] targets, int rows, int vocabulary, double gradientScale)
    {
        var dLogits = new Oracle(rows * vocabulary);
        for (int row = 0; row < rows; row++)
        {
            if (targets[row] < 0) continue;
            var (max, sum, spread) = Statistics(logits, row, vocabulary);
            for (int i = 0; i < vocabulary; i++)
            {
                double x = logits[row * vocabulary + i], probability = Math.Exp(x - max) / sum, hit = i == targets[row] ? 1 : 0;
                dLogits.Set(
                    row * vocabulary + i, gradientScale * (probability - hit),
                    Math.Abs(gradientScale) * (probability * (1 + Math.Abs(x - max) + spread) + hit));
            }
        }
        return dLogits;
    }

    /// <summary>The row's maximum, sum_i e^(x - max), and the mean |x - max| under its softmax.</summary>
    static (double Max, double Sum, double Spread) Statistics(double[] logits, int row, int vocabulary)
    {
        double max = double.NegativeInfinity, sum = 0, spread = 0;
        for (int i = 0; i < vocabulary; i++) max = Math.Max(max, logits[row * vocabulary + i]);
        for (int i = 0; i < vocabulary; i++)
        {
            double x = logits[row * vocabulary + i] - max;
            sum += Math.Exp(x);
            spread += Math.Exp(x) * Math.Abs(x);
        }
        return (max, sum, spread / sum);
    }
}
