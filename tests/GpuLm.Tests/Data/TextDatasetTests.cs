using System.Text;
using GpuLm.Data;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Data;

public class TextDatasetTests
{
    private const int T = 8;

    // Tokens that name their own place: token i of the text is i mod 251, so a window shows where it was cut.
    private static readonly byte[] Places = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i % 251))];

    [Fact]
    public void TheLastTenthIsHeldOut()
    {
        var data = TextDataset.Create(Places, new ByteTokenizer());

        Assert.Equal((4500, 500), (data.TrainingTokens, data.ValidationTokens));
    }

    [Fact]
    public void TheSplitOfTinyShakespeareIsNanoGpts() =>
        Assert.Equal(
            (1003854, 111540),
            (TextDataset.Create(new byte[1115394], new ByteTokenizer()) is var data ? data.TrainingTokens : 0, data.ValidationTokens));

    [Fact]
    public void TheCutFallsOnACharacter()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("日", 101)));
        var data = TextDataset.Create(text, CharTokenizer.FromText(text));

        Assert.Equal((90, 11), (data.TrainingTokens, data.ValidationTokens));
        Assert.Equal(3, data.BytesPerToken);
    }

    [Fact]
    public void BatchesAreWindowsOfTheTrainingPartAndTheirTargetsTheNextTokens()
    {
        var data = TextDataset.Create(Places, new ByteTokenizer());
        var starts = new HashSet<int>();
        for (int step = 0; step < 200; step++)
        {
            var (inputs, targets) = Batch(data, 7, step, 16);
            for (int row = 0; row < 16; row++)
            {
                for (int t = 0; t < T; t++)
                {
                    Assert.Equal((inputs[(row * T) + t] + 1) % 251, targets[(row * T) + t]);
                    if (t > 0) Assert.Equal(targets[(row * T) + t - 1], inputs[(row * T) + t]);
                }
                starts.Add(inputs[row * T]);
            }
        }
        Assert.Equal(251, starts.Count);
    }

    [Fact]
    public void EveryWindowOfTheTrainingPartIsMetAndNoneOfTheHeldOutPart()
    {
        // 20 training tokens 0..19, then 100 others: with T = 8 there are 12 windows, the last ending at target 19.
        byte[] text = [.. Enumerable.Range(0, 20).Select(i => (byte)i), .. Enumerable.Repeat((byte)99, 100)];
        var data = TextDataset.Create(text, new ByteTokenizer(), heldOut: 0.83);
        Assert.Equal(20, data.TrainingTokens);

        var (inputs, targets) = Batch(data, 3, 0, 1000);

        Assert.Equal(Enumerable.Range(0, 12), Enumerable.Range(0, 1000).Select(row => inputs[row * T]).Distinct().Order());
        Assert.Equal(19, targets.Max());
    }

    [Fact]
    public void ABatchIsAFunctionOfSeedAndStep()
    {
        var data = TextDataset.Create(Places, new ByteTokenizer());
        var again = TextDataset.Create(Places, new ByteTokenizer());
        Batch(again, 1, 17, 4);

        Assert.Equal(Batch(data, 1, 5, 4).Inputs, Batch(again, 1, 5, 4).Inputs);
        Assert.NotEqual(Batch(data, 1, 5, 4).Inputs, Batch(data, 1, 6, 4).Inputs);
        Assert.NotEqual(Batch(data, 1, 5, 4).Inputs, Batch(data, 2, 5, 4).Inputs);
        // A larger batch begins with the rows of the smaller.
        Assert.Equal(Batch(data, 1, 5, 4).Inputs, Batch(data, 1, 5, 9).Inputs[..(4 * T)]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void ValidationCoversTheHeldOutPartOnceInOrder(int batch)
    {
        var data = TextDataset.Create(Places, new ByteTokenizer());
        int windows = data.ValidationWindows(T), batches = data.ValidationBatches(batch, T);
        Assert.Equal((500 - 1) / T, windows);

        int place = 4500, rows = 0;
        for (int index = 0; index < batches; index++)
        {
            var (inputs, targets) = (new int[batch * T], new int[batch * T]);
            int filled = data.FillValidation(index, batches, inputs, targets, batch, T);
            Assert.Equal(Math.Min(batch, windows - rows), filled);
            for (int i = 0; i < filled * T; i++, place++) Assert.Equal((place % 251, (place + 1) % 251), (inputs[i], targets[i]));
            rows += filled;
        }
        Assert.Equal(windows, rows);
    }

    [Fact]
    public void FewValidationBatchesLieSpreadOverTheHeldOutPart()
    {
        var data = TextDataset.Create([.. Enumerable.Range(0, 500).Select(i => (byte)(i / T))], new ByteTokenizer(), heldOut: 1);
        var starts = new List<int>();
        for (int index = 0; index < 3; index++)
        {
            var (inputs, targets) = (new int[4 * T], new int[4 * T]);
            Assert.Equal(4, data.FillValidation(index, 3, inputs, targets, 4, T));
            starts.AddRange(Enumerable.Range(0, 4).Select(row => inputs[row * T]));
        }
        Assert.Equal(Enumerable.Range(0, 12).Select(i => i * 62 / 12), starts);
    }

    [Fact]
    public void BitsPerByteCountsTheBytesOfTheHeldOutTokens()
    {
        var text = "aé"u8.ToArray();
        var data = TextDataset.Create(text, CharTokenizer.FromText(text), heldOut: 1);

        Assert.Equal(1.5, data.BytesPerToken);
        Assert.Equal(2 / 1.5, data.BitsPerByte(2 * Math.Log(2)), 12);
        Assert.Equal(1, TextDataset.Create(Places, new ByteTokenizer()).BytesPerToken);
    }

    [Fact]
    public void ATextThatIsTooShortSaysHowLongItMustBe()
    {
        var data = TextDataset.Create(Places.AsSpan(0, 90), new ByteTokenizer());

        data.RequireLength(8);
        Assert.Contains("held-out part of the text has 9 tokens; sequences of 9 need at least context + 1 = 10", Fault(data, 9));
        Assert.Contains("training part of the text has 81 tokens; sequences of 81 need at least context + 1 = 82", Fault(data, 81));
        Assert.Throws<GpuLmException>(() => data.FillBatch(1, 1, new int[81], new int[81], 1, 81));
        Assert.Contains("got 7 and 8", Assert.Throws<ArgumentException>(() => data.FillBatch(1, 1, new int[7], new int[8], 1, 8)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => TextDataset.Create(Places, new ByteTokenizer(), double.NaN));
    }

    [Theory]
    [InlineData(70_000)]
    [InlineData(140_000)]
    public void AnUnknownCharacterIsPlacedInTheWholeText(int place)
    {
        // Lines of 10 characters; the text is encoded in pieces of 65,536 bytes, and the cut between the parts is at 135,000.
        var text = new byte[150_000];
        for (int i = 0; i < text.Length; i++) text[i] = i % 10 == 9 ? (byte)'\n' : (byte)'a';
        text[place + 3] = (byte)'?';

        var fault = Assert.Throws<UnknownCharacterException>(() => TextDataset.Create(text, CharTokenizer.FromText("a\n"u8)));

        Assert.Equal((place + 3L, (place / 10) + 1L), (fault.Offset, fault.Line));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(3_000)]
    [InlineData(70_000)]
    public void TokensKeepTheirIdsInEveryStorageSize(int characters)
    {
        var text = new StringBuilder();
        for (int value = 0x20; characters > 0; value++)
        {
            if (!Rune.IsValid(value)) continue;
            text.Append(new Rune(value).ToString());
            characters--;
        }
        var utf8 = Encoding.UTF8.GetBytes(text.ToString());
        var tokenizer = CharTokenizer.FromText(utf8);
        var data = TextDataset.Create(utf8, tokenizer, heldOut: 1);
        var (inputs, targets) = (new int[150], new int[150]);

        data.FillValidation(data.ValidationBatches(1, 150) - 1, data.ValidationBatches(1, 150), inputs, targets, 1, 150);

        int first = (data.ValidationWindows(150) - 1) * 150;
        Assert.Equal(Enumerable.Range(first, 150), inputs);
        Assert.Equal(Enumerable.Range(first + 1, 150), targets);
    }

    private static string Fault(TextDataset data, int length) => Assert.Throws<GpuLmException>(() => data.RequireLength(length)).Message;

    private static (int[] Inputs, int[] Targets) Batch(TextDataset data, ulong seed, long step, int batch)
    {
        var (inputs, targets) = (new int[batch * T], new int[batch * T]);
        data.FillBatch(seed, step, inputs, targets, batch, T);
        return (inputs, targets);
    }
}
