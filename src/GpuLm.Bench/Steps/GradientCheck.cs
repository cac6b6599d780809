using System.Globalization;
using GpuLm.Models;

namespace GpuLm.Bench.Steps;

/// <summary>
/// Whether a step's gradient g is the derivative of its loss: along g's direction u the loss must change by its length,
/// (L(w + h u) - L(w - h u)) / 2h = |g|. An error in any part of the backward pass turns or stretches g, and the sides differ.
/// </summary>
static class GradientCheck
{
    /// <summary>h: as far as the loss's change stands out from fp32's rounding and its curve is still nearly a parabola.</summary>
    const double Distance = 0.005;

    const double Tolerance = 0.02;

    /// <summary>
    /// What is wrong with the gradient of a step; null where nothing is. In tf32 and bf16 the step along g is lost in the rounding of the
    /// weights, and nothing is checked. The parameters are as before.
    /// </summary>
    public static string? Reason(RunningStep step)
    {
        if (step.Case.Precision != Precision.Fp32) return null;
        var model = step.Model;
        step.RunOn(0, learningRate: 0);
        var slots = model.Layout.Slots;
        float[][] weights = [.. slots.Select(model.ReadParameters)], gradients = [.. slots.Select(step.Training.Gradients.Read)];
        double length = Math.Sqrt(gradients.Sum(gradient => gradient.Sum(g => (double)g * g)));
        double ahead = LossAt(Distance), behind = LossAt(-Distance), slope = (ahead - behind) / (2 * Distance);
        LossAt(0);
        return Math.Abs(slope - length) <= Tolerance * length
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The gradient's length is {length:0.0000}, but the loss along it changes by {slope:0.0000}: the backward pass is wrong.");

        double LossAt(double distance)
        {
            for (int i = 0; i < slots.Count; i++)
            {
                var moved = new float[weights[i].Length];
                for (int k = 0; k < moved.Length; k++) moved[k] = (float)(weights[i][k] + distance / length * gradients[i][k]);
                model.WriteParameters(slots[i], moved);
            }
            return distance == 0 ? double.NaN : step.RunOn(0, learningRate: 0);
        }
    }
}
