using GpuLm.Bench.Peers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GpuLm.Peers.Torch;

/// <summary>Training steps in PyTorch, with its own AdamW and its own clipping.</summary>
sealed class TorchSide : ISide
{
    readonly Workload workload;
    readonly AdamW optimizer;
    readonly Parameter[] parameters;

    public TorchSide(Workload workload, ScalarType type = ScalarType.Float32)
    {
        this.workload = workload;
        Model = new TorchGpt(workload.Config, workload.Weights, type);
        parameters = [.. Model.Parameters(decaying: true), .. Model.Parameters(decaying: false)];
        optimizer = optim.AdamW((AdamW.ParamGroup[])[Group(true, Optimizer.WeightDecay), Group(false, 0)]);
    }

    public string Name => PeerLabels.Torch;

    public TorchGpt Model { get; }

    /// <summary>Norm of the last step's gradient, before clipping.</summary>
    public double Norm { get; private set; }

    public double Step(int[] inputs, int[] targets)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var loss = TorchGpt.Loss(Model.Logits(Tokens(inputs)), Tokens(targets));
        loss.backward();
        Norm = nn.utils.clip_grad_norm_(parameters, Optimizer.Clip);
        optimizer.step();
        return loss.ToDouble();
    }

    /// <summary>Forward and backward without an update: returns the logits, leaves the gradients in the model.</summary>
    public float[] Backward(int[] inputs, int[] targets)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var logits = Model.Logits(Tokens(inputs));
        TorchGpt.Loss(logits, Tokens(targets)).backward();
        return TorchGpt.Floats(logits);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        Model.Dispose();
    }

    AdamW.ParamGroup Group(bool decaying, double decay) =>
        new(Model.Parameters(decaying), Optimizer.LearningRate, Optimizer.Beta1, Optimizer.Beta2, Optimizer.Epsilon, decay);

    Tensor Tokens(int[] tokens) => tensor(tokens, [workload.Batch, workload.Length], ScalarType.Int64);
}
