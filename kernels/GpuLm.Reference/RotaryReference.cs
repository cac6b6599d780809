namespace GpuLm.Reference;

/// <summary>Rotary position embedding on [B T, heads headSize], channel i of a head paired with i + headSize / 2, in double.</summary>
public static class RotaryReference
{
    /// <summary>Each pair of row r rotated by (r mod T) base^(-2i / headSize).</summary>
    public static Oracle Forward(double[] x, int sequence, int heads, int headSize, double thetaBase) =>
        Rotate(x, sequence, heads, headSize, thetaBase, 1);

    /// <summary>The rotation's transpose, which is its inverse.</summary>
    public static Oracle Backward(double[] dY, int sequence, int heads, int headSize, double thetaBase) =>
        Rotate(dY, sequence, heads, headSize, thetaBase, -1);

    static Oracle Rotate(double[] x, int sequence, int heads, int headSize, double thetaBase, int direction)
    {
        var y = new Oracle(x.Length);
        int half = headSize / 2, width = heads * headSize;
        for (int row = 0; row < x.Length / width; row++)
        {
            for (int pair = 0; pair < heads * half; pair++)
            {
                int i = pair % half, at = row * width + pair / half * headSize + i;
                double angle = direction * (row % sequence) * Math.Pow(thetaBase, -2.0 * i / headSize), cos = Math.Cos(angle),
                    sin = Math.Sin(angle);
                y.Add(at, x[at] * cos);
                y.Add(at, -x[at + half] * sin);
                y.Add(at + half, x[at + half] * cos);
                y.Add(at + half, x[at] * sin);
            }
        }
        return y;
    }
}
