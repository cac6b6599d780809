namespace GpuLm.Reference;

/// <summary>A bias added to every row of [rows, columns], and its gradient, in double.</summary>
public static class BiasGradientReference
{
    /// <summary>y[i] = x[i] + bias.</summary>
    public static Oracle Forward(double[] x, double[] bias, int rows, int columns)
    {
        var y = new Oracle(rows * columns);
        for (int i = 0; i < rows * columns; i++)
        {
            y.Add(i, x[i]);
            y.Add(i, bias[i % columns]);
        }
        return y;
    }

    /// <summary>dBias = sum_i dY[i].</summary>
    public static Oracle Backward(double[] dY, int rows, int columns)
    {
        var dBias = new Oracle(columns);
        for (int i = 0; i < rows * columns; i++) dBias.Add(i % columns, dY[i]);
        return dBias;
    }
}
