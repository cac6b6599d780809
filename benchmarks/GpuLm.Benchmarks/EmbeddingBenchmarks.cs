using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Embedding;
using GpuLm.Reference;
using ILGPU;

namespace GpuLm.Benchmarks;

/// <summary>Token plus position embedding of GPT-2 with 256 tokens and of a small model; the upload of the ids is timed apart.</summary>
public class EmbeddingBenchmarks : OpBenchmark
{
    ArrayView<float> wte, wpe, y, dY, dWte, dWpe;
    ArrayView<BFloat16> wteBf16, wpeBf16, yBf16, dYBf16;
    int[] ids = [];
    TokenIndex tokens = null!;
    Embedding embedding = null!;

    /// <summary>B x T x C x V.</summary>
    [Params("4x64x768x50257", "16x128x128x512")]
    public string Shape { get; set; } = "";

    public override KernelSizes Sizes => new(B * T, C, T);

    int B => Part(0);
    int T => Part(1);
    int C => Part(2);
    int V => Part(3);

    protected override void Prepare()
    {
        ids = new int[B * T];
        var random = new Random(7);
        for (int i = 0; i < ids.Length; i++) ids[i] = random.Next(V);
        tokens = new TokenIndex(Device, B * T, V);
        (wte, wpe, y) = (Input(V * C), Input(T * C), Output(B * T * C));
        (dY, dWte, dWpe) = (Input(B * T * C), Output(V * C), Output(T * C));
        embedding = new Embedding(Device);
        LoadIds();
        Forward();
        Backward();
        if (HasBf16) (wteBf16, wpeBf16, yBf16, dYBf16) = (InputBf16(V * C), InputBf16(T * C), InputBf16(B * T * C), InputBf16(B * T * C));
    }

    protected override void Verify()
    {
        Require(Read(y), EmbeddingReference.Forward(ids, ReadDoubles(wte), ReadDoubles(wpe), T, C), 1, "y");
        var expected = EmbeddingReference.Backward(ReadDoubles(dY), ids, T, C, V, T);
        Require(Read(dWte), expected.DWte, B * T, "dWte");
        Require(Read(dWpe), expected.DWpe, B, "dWpe");
        if (!HasBf16) return;
        ForwardBf16();
        BackwardBf16();
        RequireBf16(Read(yBf16), EmbeddingReference.Forward(ids, ReadDoubles(wteBf16), ReadDoubles(wpeBf16), T, C), 1, "y in bf16");
        Require(Read(dWpe), EmbeddingReference.Backward(ReadDoubles(dYBf16), ids, T, C, V, T).DWpe, B, "dWpe from bf16");
    }

    [Benchmark]
    public void LoadIds() => tokens.Load(ids);

    [Benchmark, Kernel("Embedding.Forward")]
    public void Forward()
    {
        embedding.Forward(tokens, wte, wpe, B, T, C, y);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Embedding.BackwardByChannels")]
    public void Backward()
    {
        embedding.Backward(dY, tokens, B, T, C, T, dWte, dWpe, accumulate: false);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Embedding.ForwardBf16")]
    public void ForwardBf16()
    {
        embedding.Forward(tokens, wteBf16, wpeBf16, B, T, C, yBf16);
        Device.Synchronize();
    }

    [Benchmark, Kernel("Embedding.BackwardTokensBf16")]
    public void BackwardBf16()
    {
        embedding.Backward(dYBf16, tokens, B, T, C, T, dWte, dWpe, accumulate: false);
        Device.Synchronize();
    }

    int Part(int index) => int.Parse(Shape.Split('x')[index]);
}
