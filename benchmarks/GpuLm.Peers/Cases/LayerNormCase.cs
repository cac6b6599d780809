using GpuLm.Kernels.Common;
using GpuLm.Kernels.LayerNorm;
using GpuLm.Reference;
using ILGPU;
using TorchSharp;
using static TorchSharp.torch;

namespace GpuLm.Peers.Cases;

using Tensor = TorchSharp.torch.Tensor;

/// <summary>
/// Layer norm of [rows, columns]: forward, or backward with the gradients of weight and bias, for which PyTorch keeps the graph of its
/// forward pass.
/// </summary>
sealed class LayerNormCase : OperatorCase
{
    const float Epsilon = 1e-5f;
    readonly int rows, columns;
    readonly bool backward;
    readonly LayerNorm layerNorm;
    readonly float[] x, weight, bias, above;
    readonly ArrayView<float> ourX, ourWeight, ourBias, ourAbove, ourY, mean, rstd, ourDX, ourDWeight, ourDBias;
    readonly Tensor torchX, torchWeight, torchBias, torchAbove, graph;

    public LayerNormCase(ComputeDevice device, int rows, int columns, bool backward)
        : base(device, $"LayerNorm {(backward ? "backward" : "forward")}", $"{rows} x {columns}")
    {
        (this.rows, this.columns, this.backward) = (rows, columns, backward);
        layerNorm = new LayerNorm(device);
        long length = (long)rows * columns;
        (x, weight, bias, above) = (Numbers(1, length), Numbers(2, columns), Numbers(3, columns), Numbers(4, length));
        (ourX, ourWeight, ourBias, ourAbove) = (Upload(x), Upload(weight), Upload(bias), Upload(above));
        (ourY, mean, rstd) = (Output(length), Output(rows), Output(rows));
        (ourDX, ourDWeight, ourDBias) = (Output(length), Output(columns), Output(columns));
        torchX = Tensor(x, rows, columns).requires_grad_(backward);
        torchWeight = Tensor(weight, columns).requires_grad_(backward);
        torchBias = Tensor(bias, columns).requires_grad_(backward);
        torchAbove = Tensor(above, rows, columns);
        graph = Hold(TorchForward());
        OurForward();
    }

    public override double Flops => Entry.Flops(Sizes);

    public override double Bytes => Entry.Bytes(Sizes);

    KernelEntry Entry => KernelCatalog.Find(backward ? "LayerNorm.Backward" : "LayerNorm.Forward");

    KernelSizes Sizes => new(rows, columns);

    public override void Torch()
    {
        using var scope = NewDisposeScope();
        if (backward) TorchBackward();
        else TorchForward();
    }

    public override void Ours()
    {
        if (backward) OurBackward();
        else OurForward();
        Device.Synchronize();
    }

    public override void Verify()
    {
        Ours();
        double[] X = [.. x], w = [.. weight], b = [.. bias];
        using var scope = NewDisposeScope();
        if (!backward)
        {
            Require("y", 0, Read(TorchForward()), Read(ourY), LayerNormReference.Forward(X, w, b, Epsilon, rows, columns).Y, columns);
            return;
        }
        var (dX, dWeight, dBias) = LayerNormReference.Backward([.. above], X, w, b, Epsilon, rows, columns);
        var theirs = TorchBackward();
        Require("dX", 0, Read(theirs[0]), Read(ourDX), dX, columns);
        Require("dWeight", 0, Read(theirs[1]), Read(ourDWeight), dWeight, rows);
        Require("dBias", 0, Read(theirs[2]), Read(ourDBias), dBias, rows);
    }

    void OurForward() => layerNorm.Forward(ourX, ourWeight, ourBias, Epsilon, rows, columns, ourY, mean, rstd);

    void OurBackward() => layerNorm.Backward(
        ourAbove, ourX, ourWeight, mean, rstd, rows, columns, ourDX, ourDWeight, ourDBias, accumulate: false);

    Tensor TorchForward() => nn.functional.layer_norm(torchX, [columns], torchWeight, torchBias, Epsilon);

    IList<Tensor> TorchBackward() => autograd.grad([graph], [torchX, torchWeight, torchBias], [torchAbove], retain_graph: true);
}
