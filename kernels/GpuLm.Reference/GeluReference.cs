namespace GpuLm.Reference;

/// <summary>The Gaussian error linear unit and its gradient, element by element, in double.</summary>
public static class GeluReference
{
    // Beyond this many bits 1 - s is 0 in fp32, and so is its error.
    const double FloatSteps = 1 << 24;

    // The exponential saturates in fp32, so s never falls below about 1e-38; seen against u that is a term of this size.
    const double Saturation = 1e-30;

    /// <summary>x/2 (1 + tanh u), u = sqrt(2/pi) (x + 0.044715 x^3), as x s with s = sigmoid(2u).</summary>
    public static Oracle Forward(double[] x)
    {
        var y = new Oracle(x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            double s = Gate(x[i], out double twoU);
            y.Set(i, x[i] * s, Math.Abs(x[i]) * (Saturation + s * (1 + (1 - s) * Math.Abs(twoU))));
        }
        return y;
    }

    /// <summary>dY (s + x s (1 - s) 2u').</summary>
    public static Oracle Backward(double[] dY, double[] x)
    {
        var dX = new Oracle(x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            double s = Gate(x[i], out double twoU), slope = x[i] * 2 * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x[i] * x[i]);
            double value = s + s * (1 - s) * slope;
            double magnitude = s * (1 + (1 - s) * Math.Abs(twoU))
                + s * Math.Abs(slope) * ((1 - s) * (1 + Math.Abs(twoU)) + Math.Min(1, (1 - s) * FloatSteps)) + Math.Abs(slope) * Saturation;
            dX.Set(i, dY[i] * value, Math.Abs(dY[i]) * magnitude);
        }
        return dX;
    }

    /// <summary>x Phi(x) = x/2 (1 + erf(x / sqrt 2)).</summary>
    public static Oracle ForwardErf(double[] x)
    {
        var y = new Oracle(x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            double erf = Erf(x[i] / Math.Sqrt(2));
            y.Set(i, x[i] * (1 + erf) / 2, Math.Abs(x[i]) * (1 + Math.Abs(erf)) / 2);
        }
        return y;
    }

    /// <summary>dY (Phi(x) + x phi(x)), phi being the normal density.</summary>
    public static Oracle BackwardErf(double[] dY, double[] x)
    {
        var dX = new Oracle(x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            double erf = Erf(x[i] / Math.Sqrt(2)), half = x[i] * x[i] / 2, tail = x[i] * Math.Exp(-half) / Math.Sqrt(2 * Math.PI);
            dX.Set(i, dY[i] * ((1 + erf) / 2 + tail), Math.Abs(dY[i]) * ((1 + Math.Abs(erf)) / 2 + Math.Abs(tail) * (1 + half)));
        }
        return dX;
    }

    static double Gate(double x, out double twoU)
    {
        twoU = 2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
        return 1 / (1 + Math.Exp(-twoU));
    }

    /// <summary>
    /// 2/sqrt(pi) e^(-x^2) sum_n 2^n x^(2n+1) / (1 3 5 ... (2n+1)): only positive terms, so nothing cancels; 1 beyond 6 to double
    /// precision.
    /// </summary>
    static double Erf(double x)
    {
        if (Math.Abs(x) > 6) return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++) sum += term *= 2 * x * x / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
