using GpuLm.Tokenization;

namespace GpuLm.Data;

/// <summary>
/// A text: its first part trains, its last part is held out. Training windows start at random places, with replacement, as in nanoGPT; any
/// place of the training part is as likely.
/// </summary>
public sealed class TextDataset : TokenDataset
{
    /// <summary>The share of the text that is held out by default: its last tenth, as nanoGPT's shakespeare_char does.</summary>
    public const double DefaultHeldOut = 0.1;

    private readonly TokenArray training;

    private TextDataset(ITokenizer tokenizer, TokenArray training, TokenArray heldOut)
        : base(tokenizer, heldOut) => this.training = training;

    /// <inheritdoc/>
    public override long TrainingTokens => training.Length;

    /// <summary>Splits and encodes a text.</summary>
    /// <param name="utf8">The text, for instance of <see cref="TextSource.Read"/>.</param>
    /// <param name="tokenizer">Encodes it.</param>
    /// <param name="heldOut">
    /// The share of the bytes, 0 to 1, at the end that is held out; the cut moves back to a character's start. 1 to evaluate on all of it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not from 0 to 1.</exception>
    /// <exception cref="UnknownCharacterException">The text holds a character that no token stands for.</exception>
    public static TextDataset Create(ReadOnlySpan<byte> utf8, ITokenizer tokenizer, double heldOut = DefaultHeldOut)
    {
        int cut = Cut(utf8, heldOut);
        var training = new TokenArray(utf8[..cut], tokenizer);
        try
        {
            return new TextDataset(tokenizer, training, new TokenArray(utf8[cut..], tokenizer));
        }
        catch (UnknownCharacterException fault)
        {
            throw fault.After(cut, utf8[..cut].Count((byte)'\n'));
        }
    }

    /// <summary>Where the training part of a text ends and the held-out part starts, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is not from 0 to 1.</exception>
    public static int Cut(ReadOnlySpan<byte> utf8, double heldOut = DefaultHeldOut)
    {
        if (heldOut is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(heldOut), heldOut, "The share of the text that is held out goes from 0 to 1.");
        }
        return Utf8Scan.CharacterStart(utf8, (int)(utf8.Length * (1 - heldOut)));
    }

    private protected override void RequireTraining(int length)
    {
        if (TrainingTokens <= length)
        {
            throw new GpuLmException(
                $"The training part of the text has {TrainingTokens} tokens; "
                + $"sequences of {length} need at least context + 1 = {length + 1}. "
                + "Give more text or choose a shorter context.");
        }
    }

    private protected override void FillRow(ref CounterRandom random, Span<int> inputs, Span<int> targets) =>
        training.CopyWindow((int)random.Below(training.Length - inputs.Length), inputs, targets);
}
