namespace GpuLm.Reference;

/// <summary>y = silu(gate) up with silu(x) = x sigmoid(x), element by element, in double.</summary>
public static class SwiGluReference
{
    // Beyond this many bits 1 - s is 0 in fp32, and so is its error.
    const double FloatSteps = 1 << 24;

    // The exponential saturates in fp32, so s never falls below about 1e-38; seen against u that is a term of this size.
    const double Saturation = 1e-30;

    /// <summary>y = gate s up with s = sigmoid(gate).</summary>
    public static Oracle Forward(double[] gate, double[] up)
    {
        var y = new Oracle(gate.Length);
        for (int i = 0; i < gate.Length; i++)
        {
            double s = Sigmoid(gate[i]);
            y.Set(i, gate[i] * s * up[i], Math.Abs(gate[i] * up[i]) * Conditioned(gate[i], s));
        }
        return y;
    }

    /// <summary>dGate = dY up s (1 + gate (1 - s)), dUp = dY gate s.</summary>
    public static (Oracle DGate, Oracle DUp) Backward(double[] dY, double[] gate, double[] up)
    {
        Oracle dGate = new(gate.Length), dUp = new(gate.Length);
        for (int i = 0; i < gate.Length; i++)
        {
            double g = gate[i], s = Sigmoid(g), slope = 1 + Math.Abs(g) * ((1 - s) * (1 + Math.Abs(g)) + Math.Min(1, (1 - s) * FloatSteps));
            dGate.Set(i, dY[i] * up[i] * s * (1 + g * (1 - s)), Math.Abs(dY[i] * up[i]) * Conditioned(g, s) * slope);
            dUp.Set(i, dY[i] * g * s, Math.Abs(dY[i] * g) * Conditioned(g, s));
        }
        return (dGate, dUp);
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>How a relative error of the exponential's argument reaches s.</summary>
    static double Conditioned(double x, double s) => Saturation + s * (1 + (1 - s) * Math.Abs(x));
}
