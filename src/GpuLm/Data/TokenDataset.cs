using GpuLm.Data.Tokens;
using GpuLm.Tokenization;

namespace GpuLm.Data;

/// <summary>
/// What a model trains on and is validated on. Training batches are a function of (seed, step), so a resumed run sees the batches it would
/// have seen. Validation reads held-out tokens, which never train, in order and without overlap.
/// </summary>
public abstract class TokenDataset : IDisposable
{
    private readonly TokenSequence heldOut;

    private protected TokenDataset(ITokenizer tokenizer, TokenSequence heldOut)
    {
        Tokenizer = tokenizer;
        this.heldOut = heldOut;
    }

    /// <summary>The tokenizer of the ids.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Tokens that train; <see cref="long.MaxValue"/> where they never end.</summary>
    public virtual long TrainingTokens => long.MaxValue;

    /// <summary>
    /// What the tokens were made from: equal where text, tokenizer and split are equal, wherever the text lies. Nothing where it is not
    /// known.
    /// </summary>
    public string? Identity { get; init; }

    /// <summary>Tokens held out for validation.</summary>
    public long ValidationTokens => heldOut.Length;

    /// <summary>Bytes of the text that is held out.</summary>
    public long ValidationBytes => heldOut.Bytes;

    /// <summary>Bytes of the held-out text for each of its tokens: exact, and 1 for a byte tokenizer.</summary>
    public double BytesPerToken => heldOut.Length == 0 ? double.NaN : (double)heldOut.Bytes / heldOut.Length;

    /// <summary>
    /// Converts a mean validation loss, in nats for each token, to bits for each byte of text: loss / (ln 2 * <see cref="BytesPerToken"/>).
    /// </summary>
    public double BitsPerByte(double loss) => loss / (Math.Log(2) * BytesPerToken);

    /// <summary>Requires text enough to train and validate on sequences of this length.</summary>
    /// <exception cref="GpuLmException">The training or the held-out part is too short.</exception>
    public void RequireLength(int length)
    {
        RequireTraining(length);
        RequireValidation(length);
    }

    /// <summary>Fills the batch of a step.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The number of the batch: a run's micro-batches each have their own.</param>
    /// <param name="inputs">Token ids [batch, length].</param>
    /// <param name="targets">Token ids [batch, length]: for each input the token that follows it.</param>
    /// <param name="batch">Sequences, B.</param>
    /// <param name="length">Tokens in a sequence, T.</param>
    /// <exception cref="ArgumentException">A span is not batch * length long.</exception>
    /// <exception cref="GpuLmException">The training part is too short.</exception>
    public void FillBatch(ulong seed, long step, Span<int> inputs, Span<int> targets, int batch, int length)
    {
        RequireShapes(inputs, targets, batch, length);
        RequireTraining(length);
        for (int row = 0; row < batch; row++)
        {
            FillRow(seed, step, batch, row, inputs.Slice(row * length, length), targets.Slice(row * length, length));
        }
    }

    /// <summary>The windows of this length that the held-out part has: (tokens - 1) / length; a shorter rest is not validated on.</summary>
    public long ValidationWindows(int length) => Math.Max(0, (ValidationTokens - 1) / length);

    /// <summary>The batches that cover every validation window; the last may be partly full.</summary>
    public int ValidationBatches(int batch, int length) =>
        (int)Math.Min(int.MaxValue, (ValidationWindows(length) + batch - 1) / batch);

    /// <summary>Copies held-out tokens.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="tokens">As many as are copied.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many from there on.</exception>
    public void CopyValidation(long start, Span<int> tokens) => heldOut.CopyTo(start, tokens);

    /// <summary>
    /// Fills one of several validation batches. Where the batches hold fewer rows than there are windows, their windows lie evenly spread
    /// over the held-out part, each at most once; else they are all the windows, in order.
    /// </summary>
    /// <param name="index">Which batch, from 0.</param>
    /// <param name="batches">How many the caller evaluates in all: <see cref="ValidationBatches"/> for the whole held-out part.</param>
    /// <param name="inputs">Token ids [batch, length].</param>
    /// <param name="targets">Token ids [batch, length]: for each input the token that follows it.</param>
    /// <param name="batch">Sequences, B.</param>
    /// <param name="length">Tokens in a sequence, T.</param>
    /// <returns>The rows that hold windows. Rows after them repeat the last window: valid ids that must not be counted.</returns>
    /// <exception cref="ArgumentException">A span is not batch * length long.</exception>
    /// <exception cref="GpuLmException">The held-out part is too short.</exception>
    public int FillValidation(int index, int batches, Span<int> inputs, Span<int> targets, int batch, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, batches);
        RequireShapes(inputs, targets, batch, length);
        RequireValidation(length);
        long windows = ValidationWindows(length), wanted = Math.Min(windows, (long)batches * batch);
        for (int row = 0; row < batch; row++)
        {
            long place = Math.Min(((long)index * batch) + row, wanted - 1);
            heldOut.CopyWindow(
                (long)((Int128)place * windows / wanted) * length, inputs.Slice(row * length, length), targets.Slice(row * length, length));
        }
        return (int)Math.Clamp(wanted - ((long)index * batch), 0, batch);
    }

    /// <summary>Lets go of the files that tokens are read from.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    private protected abstract void RequireTraining(int length);

    private protected abstract void FillRow(ulong seed, long step, int batch, int row, Span<int> inputs, Span<int> targets);

    private void RequireValidation(int length)
    {
        if (ValidationTokens <= length)
        {
            throw new GpuLmException(
                $"The held-out part of the text has {ValidationTokens} tokens; "
                + $"sequences of {length} need at least context + 1 = {length + 1}. "
                + "Give more text, a larger share of it (--held-out), or text of its own (--validation), or choose a shorter context.");
        }
    }

    private static void RequireShapes(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, int batch, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (inputs.Length != (long)batch * length || targets.Length != inputs.Length)
        {
            throw new ArgumentException(
                $"{batch} sequences of {length} tokens need {(long)batch * length} inputs and as many targets; "
                + $"got {inputs.Length} and {targets.Length}.");
        }
    }
}
