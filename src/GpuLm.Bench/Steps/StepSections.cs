using System.Diagnostics;
using System.Globalization;
using GpuLm.Bench.Results;
using GpuLm.Devices;
using GpuLm.Models;

namespace GpuLm.Bench.Steps;

/// <summary>What the rows of the step suite mean.</summary>
static class StepSections
{
    public static IReadOnlyList<Section> Of(IReadOnlyList<ResultRow> rows, IReadOnlyList<StepCase> cases, DevicePeaks peaks) =>
    [
        new("Training steps", Steps(cases, peaks), StepTables.Cases(rows)),
        .. rows.Any(row => row.Refused) ? [new Section("Refused", Refused(rows))] : Array.Empty<Section>(),
        new("Time per kernel family", Families, StepTables.Families(rows)),
    ];

    static string Steps(IReadOnlyList<StepCase> cases, DevicePeaks peaks)
    {
        var precisions = cases.Select(step => step.Precision).Distinct();
        string peak = string.Join(", ", precisions.Select(precision => peaks.FlopsPerSecondIn(precision) is var flops && double.IsNaN(flops)
            ? $"{PrecisionSupport.NameOf(precision)}: not measured"
            : Text($"{PrecisionSupport.NameOf(precision)}: {flops / 1e9:0} GFLOP/s")
                + (precision == Precision.Bf16 ? $" by {peaks.Bf16Instruction}" : "")));
        double process = Process.GetCurrentProcess().PeakWorkingSet64;
        return Text($"""
            A step is one update: forward, backward, clipping and AdamW on random tokens, from the tokens' way to the device until the loss
            is read. MFU is the model's FLOPs by PaLM's formula (Chowdhery et al. 2022, appendix B: 6 N + 12 L H Q T a token, where N
            counts the matrices and the output layer, not position embeddings and vectors) over the measured peak of products ({peak}).
            The floor is the FLOPs of products and attention, the masked half left out, at that peak, plus the bytes that all other
            families must move at the measured {peaks.BytesPerSecond / 1e9:0.0} GB/s; "of floor" says how many times as long the step
            takes. What a cache holds moves faster than memory, so families of small models may come below the memory's part. Memory is
            what the step holds on the device; the process needed at most {process / 1e6:0} MB. "machine" is the speed of a burst of
            multiply-adds beside the row, as a share of the peak.
            """);
    }

    const string Families = """
        Launches timed one by one in the step, each waited for. That takes longer than the step without profile, so a family's time is its
        share of the profiled step times the step's time; the parts add up to the step. A family's floor is the larger of its FLOPs at the
        peak and its bytes at the bandwidth; "launch" marks families whose launches, waited for one by one, take longer than that.
        """;

    static string Refused(IEnumerable<ResultRow> rows) =>
        string.Join("\n", rows.Where(row => row.Refused).Select(row => $"* {row.Name}: {row.Reason}"));

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
