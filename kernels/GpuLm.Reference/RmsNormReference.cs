namespace GpuLm.Reference;

/// <summary>RMS norm over the last dimension of [rows, columns], in double.</summary>
public static class RmsNormReference
{
    /// <summary>y = x rstd weight with rstd = 1 / sqrt(mean(x^2) + epsilon), and rstd of each row.</summary>
    public static (Oracle Y, Oracle Rstd) Forward(double[] x, double[] weight, double epsilon, int rows, int columns)
    {
        Oracle y = new(rows * columns), rstds = new(rows);
        for (int row = 0; row < rows; row++)
        {
            double square = 0;
            for (int j = 0; j < columns; j++) square += x[row * columns + j] * x[row * columns + j] / columns;
            double rstd = 1 / Math.Sqrt(square + epsilon);
            rstds.Set(row, rstd);
            for (int j = 0; j < columns; j++) y.Set(row * columns + j, x[row * columns + j] * rstd * weight[j]);
        }
        return (y, rstds);
    }

    /// <summary>With n = x rstd and g = dY weight: dX = rstd (g - n mean(g n)), dWeight = sum dY n.</summary>
    public static (Oracle DX, Oracle DWeight) Backward(double[] dY, double[] x, double[] weight, double epsilon, int rows, int columns)
    {
        var (_, rstds) = Forward(x, weight, epsilon, rows, columns);
        Oracle dX = new(rows * columns), dWeight = new(columns);
        for (int row = 0; row < rows; row++)
        {
            double rstd = rstds.Value[row], mean = 0, magnitude = 0;
            for (int j = 0; j < columns; j++)
            {
                int at = row * columns + j;
                double product = dY[at] * weight[j] * x[at] * rstd;
                mean += product / columns;
                magnitude += Math.Abs(product) / columns;
                dWeight.Add(j, dY[at] * x[at] * rstd);
            }
            for (int j = 0; j < columns; j++)
            {
                int at = row * columns + j;
                double g = dY[at] * weight[j], normal = x[at] * rstd;
                dX.Set(at, rstd * (g - normal * mean), rstd * (Math.Abs(g) + Math.Abs(normal) * magnitude));
            }
        }
        return (dX, dWeight);
    }
}
