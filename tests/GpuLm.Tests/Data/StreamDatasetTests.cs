using System.Buffers;
using System.Text;
using GpuLm.Data;
using GpuLm.Tokenization;
using Xunit;

namespace GpuLm.Tests.Data;

public class StreamDatasetTests
{
    private const int T = 32;

    [Fact]
    public void RowsAreRunsOfPiecesOfOneStream()
    {
        var data = StreamDataset.Create(new Numbered(), new ByteTokenizer(), 1000);
        int fromStart = 0;
        for (int step = 0; step < 50; step++)
        {
            var (inputs, targets) = Batch(data, 5, step);
            for (int row = 0; row < 4; row++)
            {
                string text = Encoding.ASCII.GetString(
                    [.. inputs[(row * T)..((row + 1) * T)].Append(targets[((row + 1) * T) - 1]).Select(id => (byte)id)]);
                Assert.Equal(inputs[((row * T) + 1)..((row + 1) * T)], targets[(row * T)..(((row + 1) * T) - 1)]);
                // Pieces read "(index)index)...": the run continues with the next index.
                if (text.StartsWith("(0)", StringComparison.Ordinal)) fromStart++;
                var indexes = text.Split('(')[1..].Where(piece => piece.Contains(')')).Select(
                    piece => int.Parse(piece[..piece.IndexOf(')')], System.Globalization.CultureInfo.InvariantCulture)).ToList();
                Assert.Equal(Enumerable.Range(indexes[0], indexes.Count), indexes);
                Assert.InRange(indexes[0], 0, 1);
            }
        }
        Assert.InRange(fromStart, 80, 150);
    }

    [Fact]
    public void ABatchIsAFunctionOfSeedAndStep()
    {
        var data = StreamDataset.Create(new Numbered(), new ByteTokenizer(), 1000);
        var again = StreamDataset.Create(new Numbered(), new ByteTokenizer(), 1000);
        Batch(again, 9, 100);

        Assert.Equal(Batch(data, 1, 5).Inputs, Batch(again, 1, 5).Inputs);
        Assert.NotEqual(Batch(data, 1, 5).Inputs, Batch(data, 1, 6).Inputs);
        Assert.NotEqual(Batch(data, 1, 5).Inputs, Batch(data, 2, 5).Inputs);
    }

    [Fact]
    public void TrainingAndHeldOutStreamsAreDisjoint()
    {
        var generator = new Numbered();
        var data = StreamDataset.Create(generator, new ByteTokenizer(), 1000);
        var heldOut = generator.Streams.ToHashSet();
        Assert.InRange(data.ValidationTokens, 1000, 1100);
        generator.Streams.Clear();

        for (int step = 0; step < 500; step++) Batch(data, 1, step);

        Assert.Empty(generator.Streams.Intersect(heldOut));
        Assert.Equal(2000, generator.Streams.Distinct().Count());
    }

    [Fact]
    public void TheHeldOutTextMayBeTooShort() =>
        Assert.Contains(
            "held-out",
            Assert.Throws<GpuLmException>(
                () => StreamDataset.Create(new Numbered(), new ByteTokenizer(), 100).RequireLength(1000)).Message);

    private static (int[] Inputs, int[] Targets) Batch(StreamDataset data, ulong seed, long step)
    {
        var (inputs, targets) = (new int[4 * T], new int[4 * T]);
        data.FillBatch(seed, step, inputs, targets, 4, T);
        return (inputs, targets);
    }

    private sealed class Numbered : ITextGenerator
    {
        public List<ulong> Streams { get; } = [];

        public void Write(ulong stream, long index, IBufferWriter<byte> text)
        {
            Streams.Add(stream);
            text.Write(Encoding.ASCII.GetBytes($"({index}){stream % 1_000_000_000:D9}"));
        }
    }
}
