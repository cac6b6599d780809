namespace GpuLm.Reference;

/// <summary>Softmax over the last dimension of [rows, columns], plain and causal, in double.</summary>
public static class SoftmaxReference
{
    /// <summary>
    /// e^(x - max) / sum e^(x - max) over what a row sees: all, or if causal its first r mod columns + 1 elements; 0 elsewhere.
    /// </summary>
    public static Oracle Forward(double[] x, int rows, int columns, bool causal)
    {
        var y = new Oracle(rows * columns);
        for (int row = 0; row < rows; row++)
        {
            int at = row * columns, visible = causal ? row % columns + 1 : columns;
            double max = double.NegativeInfinity, sum = 0;
            for (int j = 0; j < visible; j++) max = Math.Max(max, x[at + j]);
            if (double.IsNegativeInfinity(max)) continue;
            for (int j = 0; j < visible; j++) sum += Math.Exp(x[at + j] - max);
            for (int j = 0; j < visible; j++)
            {
                double value = Math.Exp(x[at + j] - max) / sum;
                // A relative error of the exponential's argument grows with the argument.
                y.Set(at + j, value, value == 0 ? 0 : value * (1 + max - x[at + j]));
            }
        }
        return y;
    }

    /// <summary>dX = y (dY - sum(y dY)) over what a row sees, 0 elsewhere.</summary>
    public static Oracle Backward(double[] dY, double[] y, int rows, int columns, bool causal)
    {
        var dX = new Oracle(rows * columns);
        for (int row = 0; row < rows; row++)
        {
            int at = row * columns, visible = causal ? row % columns + 1 : columns;
            double dot = 0, magnitude = 0;
            for (int j = 0; j < visible; j++)
            {
                dot += y[at + j] * dY[at + j];
                magnitude += Math.Abs(y[at + j] * dY[at + j]);
            }
            for (int j = 0; j < visible; j++)
                dX.Set(at + j, y[at + j] * (dY[at + j] - dot), Math.Abs(y[at + j]) * (Math.Abs(dY[at + j]) + magnitude));
        }
        return dX;
    }
}
