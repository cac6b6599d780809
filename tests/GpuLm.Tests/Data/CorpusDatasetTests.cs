using System.Text;
using GpuLm.Data;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Data;

public class CorpusDatasetTests
{
    private const int T = 8;

    // Tokens that name their own place: token i of the text is i mod 251, so a window shows where it was cut.
    private static readonly byte[] Places = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i % 251))];

    [Fact]
    public void TheLastTenthIsHeldOut()
    {
        var data = CorpusDataset.FromText(Places, new ByteTokenizer());

        Assert.Equal((4500, 500), (data.TrainingTokens, data.ValidationTokens));
    }

    [Fact]
    public void TheSplitOfTinyShakespeareIsNanoGpts() =>
        Assert.Equal(
            (1003854, 111540),
            (CorpusDataset.FromText(new byte[1115394], new ByteTokenizer()) is var data ? data.TrainingTokens : 0, data.ValidationTokens));

    [Fact]
    public void TheCutFallsOnACharacter()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("日", 101)));
        var data = CorpusDataset.FromText(text, CharTokenizer.FromText(text));

        Assert.Equal((90, 11), (data.TrainingTokens, data.ValidationTokens));
        Assert.Equal(3, data.BytesPerToken);
    }

    [Fact]
    public void BatchesAreWindowsOfTheTrainingPartAndTheirTargetsTheNextTokens()
    {
        var data = CorpusDataset.FromText(Places, new ByteTokenizer());
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
            }
        }
    }

    [Theory]
    [InlineData(9, 8)]
    [InlineData(17, 8)]
    [InlineData(20, 8)]
    [InlineData(25, 8)]
    [InlineData(1000, 8)]
    [InlineData(1001, 1)]
    [InlineData(70_000, 30)]
    public void AnEpochVisitsEveryWindowOnce(int tokens, int length)
    {
        var data = CorpusDataset.FromText(new byte[tokens], CharTokenizer.FromText("\0"u8), heldOut: 0);
        Assert.Equal(tokens, data.TrainingTokens);
        long count = data.WindowsPerEpoch(length);
        Assert.True((count + 2) * length > tokens - 1 || count == 1, $"{count} windows");
        var firsts = new HashSet<long>();
        for (int epoch = 0; epoch < 5; epoch++)
        {
            var starts = Starts(tokens, length, seed: 3, epoch * count, count);
            CheckEpoch(starts, tokens, length);
            firsts.Add(starts.Min());
        }
        // A text with room for it starts its windows elsewhere in each epoch.
        if (tokens >= 1000 && length > 1) Assert.True(firsts.Count > 1);
    }

    [Fact]
    public void AWindowTwiceOrAGapTurnsTheCheckOfAnEpochRed()
    {
        var starts = Starts(1000, T, seed: 1, 0, new EpochWindows(1000, T).Count);
        CheckEpoch(starts, 1000, T);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => CheckEpoch([.. starts[..^1], starts[0]], 1000, T));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => CheckEpoch([.. starts[..^1], starts.Max() + (2 * T)], 1000, T));
    }

    [Fact]
    public void TheOrderOfAnEpochIsShuffledOverAllOfIt()
    {
        const int Tokens = 80_001;
        long count = new EpochWindows(Tokens, T).Count;
        var first = Starts(Tokens, T, seed: 1, 0, count);
        var second = Starts(Tokens, T, seed: 1, count, count);
        Assert.NotEqual(first, second);
        // Of a random order, two neighbours are a third of the length apart on average, and as many rise as fall.
        double apart = first.Zip(first.Skip(1), (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(apart, 0.32 * Tokens, 0.35 * Tokens);
        double rising = first.Zip(first.Skip(1), (a, b) => a < b ? 1.0 : 0).Average();
        Assert.InRange(rising, 0.48, 0.52);
    }

    [Fact]
    public void SmallBatchesReadTheWindowsOfLargeOnes()
    {
        var data = CorpusDataset.FromText(Places, new ByteTokenizer());
        for (int step = 0; step < 100; step++)
        {
            int[] halves = [.. Batch(data, 5, 2 * step, 8).Inputs, .. Batch(data, 5, (2 * step) + 1, 8).Inputs];
            Assert.Equal(Batch(data, 5, step, 16).Inputs, halves);
        }
    }

    [Fact]
    public void AStepLeavesNothingForTheGarbageCollector()
    {
        var data = CorpusDataset.FromText(Places, new ByteTokenizer());
        var (inputs, targets) = (new int[16 * T], new int[16 * T]);
        data.FillBatch(1, 0, inputs, targets, 16, T);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 1; step < 100; step++) data.FillBatch(1, step, inputs, targets, 16, T);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void ABatchIsAFunctionOfSeedAndStep()
    {
        var data = CorpusDataset.FromText(Places, new ByteTokenizer());
        var again = CorpusDataset.FromText(Places, new ByteTokenizer());
        Batch(again, 1, 17, 4);

        Assert.Equal(Batch(data, 1, 5, 4).Inputs, Batch(again, 1, 5, 4).Inputs);
        Assert.NotEqual(Batch(data, 1, 5, 4).Inputs, Batch(data, 1, 6, 4).Inputs);
        Assert.NotEqual(Batch(data, 1, 5, 4).Inputs, Batch(data, 2, 5, 4).Inputs);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void ValidationCoversTheHeldOutPartOnceInOrder(int batch)
    {
        var data = CorpusDataset.FromText(Places, new ByteTokenizer());
        int windows = (int)data.ValidationWindows(T), batches = data.ValidationBatches(batch, T);
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
        var data = CorpusDataset.FromText(Enumerable.Range(0, 500).Select(i => (byte)(i / T)).ToArray(), new ByteTokenizer(), heldOut: 1);
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
        var data = CorpusDataset.FromText(text, CharTokenizer.FromText(text), heldOut: 1);

        Assert.Equal(1.5, data.BytesPerToken);
        Assert.Equal(2 / 1.5, data.BitsPerByte(2 * Math.Log(2)), 12);
        Assert.Equal(1, CorpusDataset.FromText(Places, new ByteTokenizer()).BytesPerToken);
    }

    [Fact]
    public void ATextThatIsTooShortSaysHowLongItMustBe()
    {
        var data = CorpusDataset.FromText(Places.AsMemory(0, 90), new ByteTokenizer());

        data.RequireLength(8);
        Assert.Contains("held-out part of the text has 9 tokens; sequences of 9 need at least context + 1 = 10", Fault(data, 9));
        Assert.Contains("training part of the text has 81 tokens; sequences of 81 need at least context + 1 = 82", Fault(data, 81));
        Assert.Throws<GpuLmException>(() => data.FillBatch(1, 1, new int[81], new int[81], 1, 81));
        Assert.Contains("got 7 and 8", Assert.Throws<ArgumentException>(() => data.FillBatch(1, 1, new int[7], new int[8], 1, 8)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => CorpusDataset.FromText(Places, new ByteTokenizer(), double.NaN));
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

        var fault = Assert.Throws<UnknownCharacterException>(() => CorpusDataset.FromText(text, CharTokenizer.FromText("a\n"u8)));

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
        var data = CorpusDataset.FromText(utf8, tokenizer, heldOut: 1);
        var (inputs, targets) = (new int[150], new int[150]);

        data.FillValidation(data.ValidationBatches(1, 150) - 1, data.ValidationBatches(1, 150), inputs, targets, 1, 150);

        int first = ((int)data.ValidationWindows(150) - 1) * 150;
        Assert.Equal(Enumerable.Range(first, 150), inputs);
        Assert.Equal(Enumerable.Range(first + 1, 150), targets);
    }

    private static string Fault(CorpusDataset data, int length) => Assert.Throws<GpuLmException>(() => data.RequireLength(length)).Message;

    private static List<long> Starts(long tokens, int length, ulong seed, long from, long count)
    {
        var windows = new EpochWindows(tokens, length);
        var starts = new List<long>();
        for (long number = from; number < from + count; number++) starts.Add(windows.Start(seed, number));
        return starts;
    }

    private static void CheckEpoch(List<long> starts, int tokens, int length)
    {
        long[] sorted = [.. starts.Order()];
        Assert.InRange(sorted[0], 0, 2 * length);
        Assert.InRange(sorted[^1] + length, 0, tokens - 1);
        Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.Equal(length, pair.Second - pair.First));
    }

    private static (int[] Inputs, int[] Targets) Batch(CorpusDataset data, ulong seed, long step, int batch)
    {
        var (inputs, targets) = (new int[batch * T], new int[batch * T]);
        data.FillBatch(seed, step, inputs, targets, batch, T);
        return (inputs, targets);
    }
}
