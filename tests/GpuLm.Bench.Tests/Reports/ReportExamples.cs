using GpuLm.Bench.Results;
using GpuLm.Bench.Tests.Results;

namespace GpuLm.Bench.Tests.Reports;

/// <summary>Results of all suites that nobody measured, with the labels that the suites give their rows.</summary>
static class ReportExamples
{
    public const string Hostile =
        "<script>alert(1)</script> | `a` *b* [x](javascript:alert(2)) ![y](https://example.org/z.png) & \u0001 \"q\"";

    public static SuiteResult Kernels { get; } = new(
        "kernels", Example.Environment,
        [
            Kernel("MatMul.NN", "256 x 768 x 768", "cold", flops: 302e6, bytes: 4.7e6, milliseconds: 0.8),
            Kernel("MatMul.NN", "256 x 768 x 768", "warm", flops: 302e6, bytes: 4.7e6, milliseconds: 0.75),
            Kernel("LayerNorm.Forward", "256 x 768", "cold", flops: 1.6e6, bytes: 1.6e6, milliseconds: 0.06),
            Kernel("LayerNorm.Forward", "256 x 768", "warm", flops: 1.6e6, bytes: 1.6e6, milliseconds: 0.02),
            Kernel("Softmax.Forward", "256 x 1024", "cold", flops: 1.3e6, bytes: 2.1e6, milliseconds: 0.07),
            Kernel("Gelu.Forward", Hostile, "cold", flops: 8e6, bytes: 6.3e6, milliseconds: 0.2),
            Kernel("AdamW.Step", "1 M", "cold", flops: 0, bytes: 0, milliseconds: 0) with
            {
                Name = "AdamW.Step 1 M", Seconds = [], Refused = true, Reason = "element 17 is 0.5, the oracle says 0.25 | wrong",
            },
        ],
        [
            new Section(
                "A section", "Text with **emphasis** and a [link](https://example.org/page).\n\n<b>no HTML</b>",
                new TextTable(["name", ">value"], [[Hostile, "1"]])),
        ]);

    public static SuiteResult Step { get; } = new(
        "step", Example.Environment,
        [
            Whole("0.9M", tokens: 2048, flops: 12e9, milliseconds: 60),
            Whole("124M", tokens: 256, flops: 220e9, milliseconds: 900),
            Family("124M", "MatMul", milliseconds: 600, floor: 450), Family("124M", "Attention", milliseconds: 80, floor: 30),
            Family("124M", "LayerNorm", milliseconds: 40, floor: 25), Family("124M", "AdamW", milliseconds: 60, floor: 55),
        ],
        []);

    public static SuiteResult Scaling { get; } = new(
        "scaling", Example.Environment,
        [
            .. new[] { 1, 2, 4 }.Select(workers => Sweep("workers", $"{workers}", 100.0 / workers * (1 + 0.1 * (workers - 1)), 256)),
            .. new[] { 1, 2, 4, 8, 16 }.Select(batch => Sweep("batch", $"{batch}", 5 + 10 * batch, 64 * batch)),
            .. new[] { "fp32", "bf16" }.Select(precision => Sweep("precision", precision, precision == "fp32" ? 100 : 40, 256)),
        ],
        []);

    public static SuiteResult Peers { get; } = new(
        "peers", Example.Environment,
        [
            Peer("matmul", "512 x 512 x 512", "GpuLm", 1.0), Peer("matmul", "512 x 512 x 512", "PyTorch", 1.3),
            Peer("step", "124M", "GpuLm", 900), Peer("step", "124M", "PyTorch", 800), Peer("step", "124M", "llm.c", 2700),
        ],
        []);

    public static IReadOnlyList<SuiteResult> All { get; } = [Kernels, Step, Scaling, Peers];

    static double[] Rounds(double milliseconds) => [.. new[] { 0.99, 1.0, 1.0, 1.01, 1.03 }.Select(factor => factor * milliseconds / 1e3)];

    static ResultRow Kernel(string kernel, string shape, string cache, double flops, double bytes, double milliseconds) => new()
    {
        Name = $"{kernel} {shape} fp32 {cache}", Seconds = Rounds(milliseconds), Flops = flops, Bytes = bytes, Launches = 1,
        MachineSpeed = 0.98, Labels = Labels(("kernel", kernel), ("shape", shape), ("precision", "fp32"), ("cache", cache)),
        FloorSeconds = Math.Max(flops / 500e9, bytes / 60e9), Bound = flops / 500e9 > bytes / 60e9 ? Bound.Compute : Bound.Memory,
    };

    static ResultRow Whole(string model, double tokens, double flops, double milliseconds) => new()
    {
        Name = model, Seconds = Rounds(milliseconds), Flops = flops, Tokens = tokens, FloorSeconds = flops / 500e9, Bound = Bound.Compute,
        Labels = Labels(("model", model), ("batch", "4"), ("context", "64"), ("precision", "fp32")),
        Figures = new Dictionary<string, double> { ["memory, bytes"] = 1.9e9, ["MFU"] = flops / 500e9 / milliseconds * 1e3 },
    };

    static ResultRow Family(string model, string family, double milliseconds, double floor) => new()
    {
        Name = $"{model}, {family}", Seconds = Rounds(milliseconds), FloorSeconds = floor / 1e3, Launches = 12,
        Labels = Labels(("model", model), ("family", family)),
    };

    static ResultRow Sweep(string sweep, string setting, double milliseconds, double tokens) => new()
    {
        Name = $"{sweep} {setting}", Seconds = Rounds(milliseconds), Tokens = tokens, FloorSeconds = milliseconds / 2e3,
        Labels = Labels(("sweep", sweep), ("setting", setting)),
    };

    static ResultRow Peer(string what, string shape, string side, double milliseconds) => new()
    {
        Name = $"{what} {shape} {side}", Seconds = Rounds(milliseconds),
        Labels = Labels(("what", what), ("shape", shape), ("precision", "fp32"), ("side", side)),
    };

    static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.ToDictionary(label => label.Key, label => label.Value);
}
