using System.Buffers;
using System.Runtime.InteropServices;
using GpuLm.Data.Tokens;
using GpuLm.Tokenization;

namespace GpuLm.Data;

/// <summary>Text that is generated, piece by piece, as a function of numbers: the same numbers give the same piece.</summary>
public interface ITextGenerator
{
    /// <summary>Appends a piece of text (a story, say), UTF-8, with whatever separates it from the next.</summary>
    /// <param name="stream">Which endless run of pieces.</param>
    /// <param name="index">Which piece of it, from 0.</param>
    /// <param name="text">Where to.</param>
    void Write(ulong stream, long index, IBufferWriter<byte> text);
}

/// <summary>
/// Generated text that never repeats. Each row of a batch is a run of pieces of its own, opened by (seed, step, row): half the rows start
/// with a piece, so that a model learns to begin, and half anywhere in its first piece, so that every part of a piece is met at every
/// position.
/// </summary>
public sealed class StreamDataset : TokenDataset
{
    // Streams with the top bit set are held out, those without it train.
    private const ulong HeldOutStream = 1UL << 63;

    private readonly ITextGenerator generator;
    private readonly ArrayBufferWriter<byte> text = new();
    private readonly List<int> tokens = [];

    private StreamDataset(ITokenizer tokenizer, TokenSequence heldOut, ITextGenerator generator)
        : base(tokenizer, heldOut) => this.generator = generator;

    /// <summary>Opens the generator and generates the held-out text, from streams that never train.</summary>
    /// <param name="generator">Writes the text.</param>
    /// <param name="tokenizer">Encodes it.</param>
    /// <param name="heldOutBytes">The least size of the held-out text, in bytes. It does not depend on a run's seed.</param>
    public static StreamDataset Create(ITextGenerator generator, ITokenizer tokenizer, int heldOutBytes = 1 << 18)
    {
        var heldOut = new ArrayBufferWriter<byte>(heldOutBytes);
        for (long index = 0; heldOut.WrittenCount < heldOutBytes; index++) generator.Write(HeldOutStream, index, heldOut);
        List<int> tokens = [];
        tokenizer.Encode(heldOut.WrittenSpan, tokens);
        var sink = new MemorySink(tokenizer.VocabularySize);
        sink.Add(CollectionsMarshal.AsSpan(tokens), heldOut.WrittenCount, documents: 1);
        return new StreamDataset(tokenizer, sink.ToSequence(), generator);
    }

    private protected override void RequireTraining(int length)
    {
    }

    private protected override void FillRow(ulong seed, long step, int batch, int row, Span<int> inputs, Span<int> targets)
    {
        var random = new CounterRandom(seed, step, row);
        ulong stream = random.Next() & ~HeldOutStream;
        bool fromStart = random.Below(2) == 0;
        tokens.Clear();
        long index = 0;
        Append(stream, index++);
        int start = fromStart ? 0 : (int)random.Below(tokens.Count);
        while (tokens.Count < start + inputs.Length + 1) Append(stream, index++);
        var run = CollectionsMarshal.AsSpan(tokens);
        run.Slice(start, inputs.Length).CopyTo(inputs);
        run.Slice(start + 1, inputs.Length).CopyTo(targets);
    }

    private void Append(ulong stream, long index)
    {
        text.ResetWrittenCount();
        generator.Write(stream, index, text);
        Tokenizer.Encode(text.WrittenSpan, tokens);
    }
}
