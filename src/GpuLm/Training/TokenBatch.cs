using GpuLm.Kernels.Common;
using GpuLm.Kernels.Embedding;
using GpuLm.Models;
using ILGPU;
using ILGPU.Runtime;

namespace GpuLm.Training;

/// <summary>Tokens [B, T] and the token that follows each, on the host to be filled and on the device to be read.</summary>
sealed class TokenBatch : IDisposable
{
    readonly ComputeDevice device;
    readonly MemoryBuffer1D<int, Stride1D.Dense> targets;
    readonly int vocabulary;

    public TokenBatch(ComputeDevice device, GptConfig config, int batch, int length)
    {
        this.device = device;
        vocabulary = config.VocabularySize;
        Inputs = new TokenIndex(device, batch * length, vocabulary);
        targets = device.Allocate<int>((long)batch * length);
        HostInputs = new int[batch * length];
        HostTargets = new int[batch * length];
    }

    public int[] HostInputs { get; }

    public int[] HostTargets { get; }

    public TokenIndex Inputs { get; }

    public ArrayView<int> Targets => targets.View.AsContiguous();

    public long Bytes => RequiredBytes(HostInputs.Length);

    /// <summary>Bytes on the device for so many tokens.</summary>
    public static long RequiredBytes(long count) => TokenIndex.RequiredBytes(count) + count * sizeof(int);

    /// <summary>Copies the first tokens of what the host filled to the device.</summary>
    /// <exception cref="GpuLmException">A token is not in the model's vocabulary.</exception>
    public void Upload(int count)
    {
        ReadOnlySpan<int> input = HostInputs.AsSpan(0, count), target = HostTargets.AsSpan(0, count);
        Check(input, 0);
        Check(target, -1);
        Inputs.Load(input);
        device.Upload(target, Targets);
    }

    public void Dispose()
    {
        Inputs.Dispose();
        targets.Dispose();
    }

    void Check(ReadOnlySpan<int> tokens, int least)
    {
        int outside = tokens.IndexOfAnyExceptInRange(least, vocabulary - 1);
        if (outside >= 0)
        {
            throw new GpuLmException(
                $"Token {outside} of a batch is {tokens[outside]}; the model's vocabulary ends at {vocabulary - 1}. "
                + "Use the tokenizer that belongs to the model.");
        }
    }
}
