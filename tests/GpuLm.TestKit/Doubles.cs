namespace GpuLm.TestKit;

/// <summary>Between the kernels' floats and the oracles' doubles.</summary>
public static class Doubles
{
    /// <summary>The same numbers in double.</summary>
    public static double[] ToDoubles(this float[] values) => Array.ConvertAll(values, value => (double)value);

    /// <summary>The nearest floats.</summary>
    public static float[] ToFloats(this double[] values) => Array.ConvertAll(values, value => (float)value);
}
