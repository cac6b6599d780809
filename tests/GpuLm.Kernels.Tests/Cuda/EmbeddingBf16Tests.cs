using GpuLm.Kernels.Common;
using GpuLm.Kernels.Embedding;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

public class EmbeddingBf16Tests
{
    /// <summary>
    /// B, T, C, V, context: one vector, more tokens than the vocabulary, tokens that never occur, a context that is not filled, more than a
    /// tile of channels, a token that occurs often.
    /// </summary>
    static readonly (int B, int T, int C, int V, int Context)[] Sizes =
        [(1, 1, 8, 1, 1), (3, 7, 16, 4, 9), (2, 16, 64, 300, 16), (9, 11, 136, 65, 12), (1, 33, 768, 50, 40), (17, 5, 264, 2, 5)];

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Forward(string name)
    {
        var device = TestDevices.Get(name);
        foreach (var (batch, sequence, channels, vocabulary, context) in Sizes)
        {
            var random = new TestRandom();
            int[] ids = random.Ids(batch * sequence, vocabulary);
            float[] hostWte = random.Normal(vocabulary * channels).ToBf16(), hostWpe = random.Normal(context * channels).ToBf16();
            using var tokens = new TokenIndex(device, ids.Length, vocabulary);
            using var wte = Fenced.InputBf16(device, hostWte);
            using var wpe = Fenced.InputBf16(device, hostWpe);
            using var y = Fenced.OutputBf16(device, ids.Length * channels);
            tokens.Load(ids);
            new Embedding.Embedding(device).Forward(tokens, wte.View, wpe.View, batch, sequence, channels, y.View);
            var expected = EmbeddingReference.Forward(ids, hostWte.ToDoubles(), hostWpe.ToDoubles(), sequence, channels);
            Budget.CheckBf16(y.ReadFloats(), expected, terms: 0);
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Placed_tokens_have_the_embedding_of_their_position(string name)
    {
        var device = TestDevices.Get(name);
        foreach (var (batch, sequence, channels, vocabulary, context) in Sizes)
        {
            var random = new TestRandom();
            int[] ids = random.Ids(batch * sequence, vocabulary), positions = random.Ids(ids.Length, context);
            float[] hostWte = random.Normal(vocabulary * channels).ToBf16(), hostWpe = random.Normal(context * channels).ToBf16();
            using var tokens = new PlacedTokens(device, ids.Length, vocabulary, 1, context);
            using var wte = Fenced.InputBf16(device, hostWte);
            using var wpe = Fenced.InputBf16(device, hostWpe);
            using var y = Fenced.OutputBf16(device, ids.Length * channels);
            tokens.Load(ids, new int[ids.Length], positions);
            new Embedding.Embedding(device).ForwardAt(tokens, wte.View, wpe.View, channels, y.View);
            var expected = EmbeddingReference.ForwardAt(ids, positions, hostWte.ToDoubles(), hostWpe.ToDoubles(), channels);
            Budget.CheckBf16(y.ReadFloats(), expected, terms: 0);
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Backward(string name)
    {
        var device = TestDevices.Get(name);
        foreach (var (batch, sequence, channels, vocabulary, context) in Sizes)
        {
            var random = new TestRandom();
            int[] ids = random.Ids(batch * sequence, vocabulary);
            float[] above = random.WithOutliers(ids.Length * channels).ToBf16(), tied = random.Normal(vocabulary * channels);
            var (expectedWte, expectedWpe) = EmbeddingReference.Backward(above.ToDoubles(), ids, sequence, channels, vocabulary, context);
            using var tokens = new TokenIndex(device, ids.Length + 3, vocabulary);
            using var dY = Fenced.InputBf16(device, above);
            using var dWte = Fenced.Input(device, tied);
            using var dWpe = Fenced.Output(device, context * channels);
            var embedding = new Embedding.Embedding(device);

            // A batch before this one leaves more different tokens behind than this one may have.
            tokens.Load(random.Ids(ids.Length + 3, vocabulary));
            tokens.Load(ids);
            embedding.Backward(dY.View, tokens, batch, sequence, channels, context, dWte, dWpe, accumulate: false);
            float[] firstWte = dWte.Read(), firstWpe = dWpe.Read();
            Budget.Check(firstWte, expectedWte.Plus(tied.ToDoubles()), ids.Length + 1);
            Budget.Check(firstWpe, expectedWpe, batch);
            embedding.Backward(dY.View, tokens, batch, sequence, channels, context, dWte, dWpe, accumulate: true);
            Budget.Check(dWte.Read(), expectedWte.Plus(firstWte.ToDoubles()), ids.Length + 1);
            Budget.Check(dWpe.Read(), expectedWpe.Plus(firstWpe.ToDoubles()), batch + 1);

            using var again = Fenced.Input(device, tied);
            embedding.Backward(dY.View, tokens, batch, sequence, channels, context, again, dWpe, accumulate: false);
            Budget.CheckSameBits(firstWte, again.Read());
            Budget.CheckSameBits(firstWpe, dWpe.Read());
        }
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Channels_that_do_not_fill_vectors_are_refused(string name)
    {
        var device = TestDevices.Get(name);
        using var tokens = new TokenIndex(device, 2, 2);
        using var x = Fenced.InputBf16(device, new float[24]);
        tokens.Load([0, 1]);
        Assert.Throws<ArgumentException>(() => new Embedding.Embedding(device).Forward(tokens, x.View, x.View, 1, 2, 12, x.View));
    }
}
