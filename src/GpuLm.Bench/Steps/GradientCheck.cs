using System.Globalization;
using GpuLm.Models;

namespace GpuLm.Bench.Steps;

/// <summary>
/// Whether a step's gradient is the derivative of its loss. Each tensor w with gradient g moves by h g / |g|, so that tensors of small
/// gradients count beside those of large ones; then the loss must change by the sum of the lengths:
/// (L(ahead) - L(behind)) / 2h = sum of |g|. An error in the backward pass turns or stretches some g, and the sides differ.
/// </summary>
static class GradientCheck
{
    /// <summary>h: as far as the loss's change stands out from fp32's rounding and its curve is still nearly a parabola.</summary>
    const double Distance = 0.0005;

    /// <summary>An error that changes the sum by less is not found: a wrong gradient of a norm's weights for instance.</summary>
    const double Tolerance = 0.005;

    /// <summary>
    /// What is wrong with the gradient of a step; null where nothing is. In tf32 and bf16 a move so small is lost in the rounding of the
    /// weights, and nothing is checked. The parameters are as before.
    /// </summary>
    public static string? Reason(RunningStep step)
    {
        if (step.Case.Precision != Precision.Fp32) return null;
        var model = step.Model;
        var slots = model.Layout.Slots;
        float[][] untrained = [.. slots.Select(model.ReadParameters)];
        float[][] weights = [.. slots.Zip(untrained, (slot, values) => Scaled(slot, values, 1 / Math.Sqrt(step.Case.Config.Channels)))];
        Write(weights);
        step.RunOn(0, learningRate: 0);
        float[][] gradients = [.. slots.Select(step.Training.Gradients.Read)];
        double[] lengths = [.. gradients.Select(Length)];
        double expected = lengths.Sum(), slope = (LossAt(Distance) - LossAt(-Distance)) / (2 * Distance);
        Write(untrained);
        return Math.Abs(slope - expected) <= Tolerance * expected
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The backward pass is wrong: the loss should change by {expected:0.0000}, and changes by {slope:0.0000}.");

        double LossAt(double distance)
        {
            Write([.. weights.Select((values, i) => lengths[i] > 0 ? Moved(values, gradients[i], distance / lengths[i]) : values)]);
            return step.RunOn(0, learningRate: 0);
        }

        void Write(float[][] parameters)
        {
            for (int i = 0; i < slots.Count; i++) model.WriteParameters(slots[i], parameters[i]);
        }
    }

    /// <summary>
    /// Untrained matrices are so small that attention is nearly even and the GELU nearly linear, and an error in their gradients would
    /// hardly show: a block's matrices are made larger for the check.
    /// </summary>
    static float[] Scaled(ParameterSlot slot, float[] values, double deviation)
    {
        if (slot.Shape.Count == 1 || !slot.Name.StartsWith("h.", StringComparison.Ordinal)) return values;
        float factor = (float)(deviation / GptInitialization.StandardDeviation);
        return Array.ConvertAll(values, value => factor * value);
    }

    static double Length(float[] values)
    {
        double sum = 0;
        foreach (float value in values) sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    static float[] Moved(float[] weights, float[] gradient, double factor)
    {
        var moved = new float[weights.Length];
        for (int i = 0; i < moved.Length; i++) moved[i] = (float)(weights[i] + factor * gradient[i]);
        return moved;
    }
}
