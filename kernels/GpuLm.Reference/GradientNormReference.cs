namespace GpuLm.Reference;

/// <summary>The Euclidean norm of a whole gradient.</summary>
public static class GradientNormReference
{
    /// <summary>sqrt(sum_i g[i]^2).</summary>
    public static Oracle Norm(double[] gradients)
    {
        double squares = 0;
        foreach (double gradient in gradients) squares += gradient * gradient;
        var norm = new Oracle(1);
        norm.Set(0, Math.Sqrt(squares));
        return norm;
    }
}
