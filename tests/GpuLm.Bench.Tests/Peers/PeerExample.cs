using GpuLm.Bench.Peers;
using GpuLm.Bench.Results;
using GpuLm.Bench.Tests.Results;

namespace GpuLm.Bench.Tests.Peers;

/// <summary>Turns of both sides that nobody measured.</summary>
static class PeerExample
{
    public const string Product = "MatMul.NN", ProductShape = "8 x 8 x 8", Norm = "LayerNorm.Forward", NormShape = "8 x 8";

    public static SuiteResult Kernels(params ResultRow[] rows) => new("kernels", Example.Environment, rows, []);

    public static SuiteResult Torch(params ResultRow[] rows) => new("torch", Example.Environment, rows, []);

    /// <summary>A row of the suite kernels.</summary>
    public static ResultRow Ours(string kernel, string shape, params double[] seconds) => new()
    {
        Name = $"{kernel} {shape} bf16 cold", Seconds = seconds, Bytes = 1000,
        Labels = new Dictionary<string, string>
        {
            ["kernel"] = kernel, ["model"] = "m", ["shape"] = shape, ["sizes"] = "a x b", ["precision"] = "bf16", ["configuration"] = "",
            ["cache"] = "cold", ["operation"] = kernel,
        },
    };

    /// <summary>A row of the suite kernels with another label.</summary>
    public static ResultRow With(this ResultRow row, string label, string value) => row with
    {
        Name = $"{row.Name} {value}", Labels = new Dictionary<string, string>(row.Labels) { [label] = value },
    };

    /// <summary>A row of the suite step.</summary>
    public static ResultRow Step(params double[] seconds) => new()
    {
        Name = "124M B32 T1024 bf16", Seconds = seconds, Tokens = 32768,
        Labels = new Dictionary<string, string>
        {
            ["model"] = "124M", ["batch"] = "32", ["context"] = "1024", ["precision"] = "bf16", ["recompute"] = "none", ["graph"] = "on",
        },
    };

    /// <summary>A row of torch_peers.py.</summary>
    public static ResultRow Theirs(string what, string shape, params double[] seconds) => Peer(PeerLabels.Torch, what, shape, seconds);

    /// <summary>A row of the suite peers.</summary>
    public static ResultRow Peer(string side, string what, string shape, params double[] seconds) => new()
    {
        Name = PeerLabels.NameOf(what, shape, "bf16", side), Labels = PeerLabels.Of(what, shape, "bf16", side), Seconds = seconds,
        Bytes = 1000,
    };
}
