using GpuLm.Kernels.Common;
using GpuLm.Models;

namespace GpuLm.Training;

/// <summary>
/// Finds where a pass first meets a value that is infinite or not a number: in the parameters, else in what it computes, in the order in
/// which it computes it. Looks at every value on the host, which is slow, and overwrites the step's gradients.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="step">What computes the pass.</param>
sealed class NonFiniteSearch(Gpt model, TrainingStep step)
{
    readonly TensorScan scan = new(model.Device);

    /// <summary>As <see cref="Find()"/>, in the first of a step's passes that has such a value.</summary>
    /// <param name="passes">Passes of the step.</param>
    /// <param name="fill">Fills the host's tokens with those of a pass.</param>
    public string? Find(int passes, Action<int> fill) => Enumerable.Range(0, passes)
        .Select(pass =>
        {
            fill(pass);
            step.Tokens.Upload(step.Batch * step.Length);
            return Find();
        })
        .FirstOrDefault(found => found is not null);

    /// <summary>A sentence that names the tensor and its layer; null where every value is finite.</summary>
    /// <remarks>The pass's tokens are on the device.</remarks>
    public string? Find() =>
        InParameters().Concat(InForwardPass()).Concat(InBackwardPass()).FirstOrDefault(found => found is not null) ?? InNorm();

    IEnumerable<string?> InParameters() => model.Layout.Slots.Select(slot =>
        Sentence($"the parameter {slot.Name}", slot.Name, TensorScan.FirstNonFinite(model.ReadParameters(slot))));

    IEnumerable<string?> InForwardPass()
    {
        var (activations, a) = (step.Activations, step.Activations.Tensors);
        GptForward.Embed(model, activations, step.Tokens.Inputs, step.Batch, step.Length);
        yield return Output("wte and wpe", a.Embedded);
        for (int layer = 0; layer < model.Config.Layers; layer++)
        {
            GptForward.Block(model, activations, layer, step.Batch, step.Length);
            var (h, block) = ($"h.{layer}", a.Blocks[layer]);
            yield return Output($"{h}.ln_1", block.Norm1);
            yield return Output($"{h}.attn.c_attn", block.Qkv);
            yield return Output($"{h}.attn (softmax and values)", block.Attended);
            yield return Output($"{h}.attn.c_proj", block.Residual1);
            yield return Output($"{h}.ln_2", block.Norm2);
            yield return Output($"{h}.mlp.c_fc", block.PreActivation);
            yield return Output($"{h}.mlp (GELU)", block.Activated);
            yield return Output($"{h}.mlp.c_proj", block.Residual2);
        }
        GptForward.FinalNorm(model, activations, step.Batch * step.Length);
        yield return Output("ln_f", a.Normed);
        GptForward.Losses(model, activations, step.Tokens.Targets, step.Batch * step.Length);
        yield return Output("the output layer (logits of wte, and their loss)", new Tensor(a.Losses));
    }

    IEnumerable<string?> InBackwardPass()
    {
        var (activations, gradients, n) = (step.Activations, step.Gradients, step.Batch * step.Length);
        GptBackward.Head(model, activations, gradients, step.Tokens.Targets, n, step.LossScale, accumulate: false);
        yield return Gradient("wte.weight");
        yield return Flow("ln_f", gradients.Flow.Narrow);
        GptBackward.FinalNorm(model, activations, gradients, n, accumulate: false);
        foreach (string? found in Gradients("ln_f")) yield return found;
        yield return Flow($"h.{model.Config.Layers - 1}.mlp.c_proj", gradients.Flow.Residual);
        for (int layer = model.Config.Layers - 1; layer >= 0; layer--)
        {
            GptBackward.Block(model, activations, gradients, layer, step.Batch, step.Length, accumulate: false);
            foreach (string part in (string[])["mlp.c_proj", "mlp.c_fc", "ln_2", "attn.c_proj", "attn.c_attn", "ln_1"])
            {
                foreach (string? found in Gradients($"h.{layer}.{part}")) yield return found;
            }
        }
        GptBackward.Embedding(model, gradients, step.Tokens.Inputs, step.Batch, step.Length, accumulate: false);
        yield return Gradient("wte.weight");
        yield return Gradient("wpe.weight");
    }

    /// <summary>The squares of the gradient may overflow where each of its elements is finite.</summary>
    string? InNorm()
    {
        var norms = model.Layout.Slots.Select(slot => (slot.Name, Norm: Norm(slot))).ToList();
        if (norms.Sum(pair => pair.Norm * pair.Norm) < float.MaxValue) return null;
        var (name, largest) = norms.MaxBy(pair => pair.Norm);
        string layer = LayerOf(name);
        return FormattableString.Invariant(
            $"Every value is finite but the sum of their squares; the largest gradient, of norm {largest:0.0e0}, is of {name}{layer}.");

        double Norm(ParameterSlot slot) => Math.Sqrt(step.Gradients.Read(slot).Sum(value => (double)value * value));
    }

    IEnumerable<string?> Gradients(string part) => [Gradient($"{part}.weight"), Gradient($"{part}.bias")];

    string? Gradient(string parameter)
    {
        var slot = model.Layout[parameter];
        return Sentence(
            $"the gradient of {parameter}, in the backward pass", parameter,
            scan.FirstNonFinite(new Tensor(step.Gradients.Arena.SubView(slot.Offset, slot.Length))));
    }

    string? Flow(string part, Tensor gradient) =>
        Sentence($"the gradient of the output of {part}, in the backward pass", part, scan.FirstNonFinite(gradient));

    string? Output(string part, Tensor output) =>
        Sentence($"the output of {part}, in the forward pass", part, scan.FirstNonFinite(output));

    static string? Sentence(string tensor, string part, (long Index, float Value)? found)
    {
        if (found is not { } place) return null;
        string layer = LayerOf(part);
        return FormattableString.Invariant($"The first such value is {place.Value} at element {place.Index} of {tensor}{layer}.");
    }

    static string LayerOf(string part) =>
        part.StartsWith("h.", StringComparison.Ordinal) ? $" (layer {part.Split('.')[1]}, counted from 0)" : "";
}
