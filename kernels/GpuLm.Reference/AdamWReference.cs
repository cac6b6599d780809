namespace GpuLm.Reference;

/// <summary>AdamW as torch.optim.AdamW computes it, and clipping by the global norm.</summary>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the corrected second moment.</param>
/// <param name="WeightDecay">Decoupled decay.</param>
/// <param name="Clip">The largest norm that a gradient keeps; 0 keeps all.</param>
public sealed record AdamWReference(double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay, double Clip)
{
    /// <summary>Parameters and both moments after one step.</summary>
    public (Oracle Parameters, Oracle First, Oracle Second) Step(
        double[] parameters, double[] gradients, double[] first, double[] second, double norm, int step, int decayLength)
    {
        Oracle newParameters = new(parameters.Length), newFirst = new(parameters.Length), newSecond = new(parameters.Length);
        double scale = Clip > 0 && norm > Clip ? Clip / norm : 1;
        for (int i = 0; i < parameters.Length; i++)
        {
            double g = gradients[i] * scale;
            newFirst.Add(i, Beta1 * first[i]);
            newFirst.Add(i, (1 - Beta1) * g);
            newSecond.Add(i, Beta2 * second[i]);
            newSecond.Add(i, (1 - Beta2) * g * g);
            double corrected = newFirst.Value[i] / (1 - Math.Pow(Beta1, step));
            double root = Math.Sqrt(newSecond.Value[i] / (1 - Math.Pow(Beta2, step))) + Epsilon;
            double kept = (1 - LearningRate * (i < decayLength ? WeightDecay : 0)) * parameters[i];
            // The update inherits what the first moment lost by cancellation.
            double uncertain = LearningRate * newFirst.Magnitude[i] / (1 - Math.Pow(Beta1, step)) / root;
            newParameters.Set(i, kept - LearningRate * corrected / root, Math.Abs(kept) + uncertain);
        }
        return (newParameters, newFirst, newSecond);
    }
}
