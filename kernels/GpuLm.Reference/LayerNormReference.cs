namespace GpuLm.Reference;

/// <summary>Layer norm over the last dimension of [rows, columns], in double.</summary>
public static class LayerNormReference
{
    /// <summary>y = (x - mean) rstd weight + bias with rstd = 1 / sqrt(variance + epsilon), and mean and rstd of each row.</summary>
    public static (Oracle Y, Oracle Mean, Oracle Rstd) Forward(
        double[] x, double[] weight, double[] bias, double epsilon, int rows, int columns)
    {
        Oracle y = new(rows * columns), means = new(rows), rstds = new(rows);
        for (int row = 0; row < rows; row++)
        {
            for (int j = 0; j < columns; j++) means.Add(row, x[row * columns + j] / columns);
            double mean = means.Value[row], variance = 0;
            for (int j = 0; j < columns; j++) variance += Square(x[row * columns + j] - mean) / columns;
            double rstd = 1 / Math.Sqrt(variance + epsilon);
            rstds.Set(row, rstd);
            for (int j = 0; j < columns; j++)
            {
                int at = row * columns + j;
                double magnitude = (Math.Abs(x[at]) + means.Magnitude[row]) * rstd * Math.Abs(weight[j]) + Math.Abs(bias[j]);
                y.Set(at, (x[at] - mean) * rstd * weight[j] + bias[j], magnitude);
            }
        }
        return (y, means, rstds);
    }

    /// <summary>
    /// With n = (x - mean) rstd and g = dY weight: dX = rstd (g - mean(g) - n mean(g n)), dWeight = sum dY n, dBias = sum dY.
    /// </summary>
    public static (Oracle DX, Oracle DWeight, Oracle DBias) Backward(
        double[] dY, double[] x, double[] weight, double[] bias, double epsilon, int rows, int columns)
    {
        var (_, means, rstds) = Forward(x, weight, bias, epsilon, rows, columns);
        Oracle dX = new(rows * columns), dWeight = new(columns), dBias = new(columns);
        for (int row = 0; row < rows; row++)
        {
            double mean = means.Value[row], rstd = rstds.Value[row], meanG = 0, meanGN = 0, magnitudeG = 0, magnitudeGN = 0;
            // The terms that a normalized value was made of: they cancel where the mean is large.
            double Terms(int j) => (Math.Abs(x[row * columns + j]) + means.Magnitude[row]) * rstd;
            for (int j = 0; j < columns; j++)
            {
                double above = dY[row * columns + j], g = above * weight[j], normal = (x[row * columns + j] - mean) * rstd;
                meanG += g / columns;
                meanGN += g * normal / columns;
                magnitudeG += Math.Abs(g) / columns;
                magnitudeGN += Math.Abs(g) * Terms(j) / columns;
                dWeight.Add(j, above * normal, Math.Abs(above) * Terms(j));
                dBias.Add(j, above);
            }
            for (int j = 0; j < columns; j++)
            {
                double g = dY[row * columns + j] * weight[j], normal = (x[row * columns + j] - mean) * rstd;
                dX.Set(row * columns + j, rstd * (g - meanG - normal * meanGN), rstd * (Math.Abs(g) + magnitudeG + Terms(j) * magnitudeGN));
            }
        }
        return (dX, dWeight, dBias);
    }

    static double Square(double value) => value * value;
}
