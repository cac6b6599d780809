using System.Text.RegularExpressions;
using GpuLm.Bench.Steps;
using GpuLm.Models;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Bench.Tests.Steps;

public class StepCheckTests
{
    static string? Reason(params double[] losses)
    {
        int next = 0;
        return StepCheck.LossReason(() => losses[next++], vocabulary: 100);   // ln 100 = 4.605
    }

    [Fact]
    public void Losses_that_begin_at_guessing_and_fall_are_right() => Assert.Null(Reason(4.7, 4.6, 4.5, 4.4));

    [Theory, InlineData(4.3), InlineData(5.7), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Sabotage_a_first_loss_far_from_guessing_is_found(double first) =>
        Assert.Contains("untrained weights", Reason(first, 4, 3, 2), default);

    [Theory, InlineData(4.7), InlineData(4.8), InlineData(double.NaN)]
    public void Sabotage_a_loss_that_does_not_fall_is_found(double last) =>
        Assert.Contains("after 3 updates", Reason(4.7, 4.6, 4.6, last), default);

    static StepCase Small => Cases.Odd with { Config = new GptConfig(2, 2, 8, 5, 11), Batch = 2, Length = 5 };

    [Fact]
    public void A_right_step_of_the_interpreter_is_right()
    {
        using var device = InterpretedCuda.Open();
        using var step = new RunningStep(device, Small);
        Assert.Null(StepCheck.Reason(step));
    }

    [Fact]
    public void A_right_step_is_right_and_its_parameters_stay()
    {
        using var device = TestDevices.Catalog.Open("cpu");
        using var step = new RunningStep(device, Cases.Odd);
        Assert.Null(StepCheck.Reason(step));
        float[] Parameters() => [.. step.Model.Layout.Slots.SelectMany(step.Model.ReadParameters)];
        float[] before = Parameters();
        Assert.Null(GradientCheck.Reason(step));
        Budget.CheckSameBits(before, Parameters());
    }

    /// <summary>Each is one sign in one kernel: of a norm's gradient, and of attention's.</summary>
    [Theory, InlineData("_dResidual_", 1), InlineData("_dOutput_", 0), InlineData("_dOutput_", 3)]
    public void Sabotage_a_wrong_sign_in_the_backward_pass_is_found(string parameterOfKernel, int subtraction)
    {
        int planted = 0;
        using var device = InterpretedCuda.Open(sabotage: Plant);
        using var step = new RunningStep(device, Small);
        string? reason = GradientCheck.Reason(step);
        Assert.Equal(1, planted);
        Assert.Contains("backward pass is wrong", reason, StringComparison.Ordinal);

        string Plant(string text)
        {
            if (!text.Contains(parameterOfKernel, StringComparison.Ordinal)) return text;
            int seen = 0;
            return Regex.Replace(text, "sub\\.f32", match =>
            {
                if (seen++ != subtraction) return match.Value;
                planted++;
                return "add.f32";
            });
        }
    }
}
