using System.Globalization;
using GpuLm.Kernels.Common;

namespace GpuLm.Proof;

/// <summary>Measures one case: set up, verify, time, verify again.</summary>
static class CaseRunner
{
    /// <summary>The case's figures, or the reason why there are none; nothing that goes wrong in one case ends the run.</summary>
    public static CaseResult Measure(CaseResult unmeasured, ComputeDevice device, Func<ProofCase> create, TimeSpan budget)
    {
        try
        {
            using var measured = create();
            measured.VerifyFirst();
            var timing = Timing.Measure(measured.Launch, device.Synchronize, budget);
            measured.VerifyLast();
            return unmeasured with
            {
                Milliseconds = timing.Median, Q1 = timing.Q1, Q3 = timing.Q3, Repetitions = timing.Sorted.Count,
                Rate = measured.Work.RatePer(timing.Median), Unit = measured.Work.Unit, Detail = measured.Detail,
            };
        }
        catch (WrongResultException wrong)
        {
            return unmeasured.Refuse(wrong.Message);
        }
        catch (Exception failure)
        {
            return unmeasured with { Reason = $"{failure.GetType().Name}: {failure.Message}" };
        }
    }

    /// <summary>One line for whoever watches.</summary>
    public static string Describe(CaseResult result) => result.Reason is not null
        ? $"{result.Name}: not available: {result.Reason}"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Name} [{result.Shape}] {result.Precision}: {result.Milliseconds:g4} ms ({result.Q1:g4} to {result.Q3:g4}), "
            + $"{result.Rate:g4} {result.Unit} {result.Detail}");
}
