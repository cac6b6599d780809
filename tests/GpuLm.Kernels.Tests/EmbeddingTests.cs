using GpuLm.Kernels.Common;
using GpuLm.Kernels.Embedding;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests;

public class EmbeddingTests
{
    /// <summary>
    /// B, T, C, V, context: single elements, more tokens than the vocabulary, tokens that never occur, a context that is not filled.
    /// </summary>
    static readonly (int B, int T, int C, int V, int Context)[] Sizes =
        [(1, 1, 1, 1, 1), (3, 7, 5, 4, 9), (2, 16, 64, 300, 16), (9, 11, 129, 65, 12), (1, 33, 768, 50, 40), (17, 5, 16, 2, 5)];

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Forward(string name)
    {
        var device = TestDevices.Get(name);
        foreach (var (batch, sequence, channels, vocabulary, context) in Sizes)
        {
            var random = new TestRandom();
            int[] ids = random.Ids(batch * sequence, vocabulary);
            float[] hostWte = random.Normal(vocabulary * channels), hostWpe = random.Normal(context * channels);
            using var tokens = new TokenIndex(device, ids.Length, vocabulary);
            using var wte = Fenced.Input(device, hostWte);
            using var wpe = Fenced.Input(device, hostWpe);
            using var y = Fenced.Output(device, ids.Length * channels);
            tokens.Load(ids);
            new Embedding.Embedding(device).Forward(tokens, wte, wpe, batch, sequence, channels, y);
            Budget.Check(y.Read(), EmbeddingReference.Forward(
                ids, hostWte.ToDoubles(), hostWpe.ToDoubles(), sequence, channels), terms: 0, ulps: 0.5);
        }
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Placed_tokens_have_the_embedding_of_their_position(string name)
    {
        var device = TestDevices.Get(name);
        foreach (var (batch, sequence, channels, vocabulary, context) in Sizes)
        {
            var random = new TestRandom();
            int[] ids = random.Ids(batch * sequence, vocabulary), positions = random.Ids(ids.Length, context);
            float[] hostWte = random.Normal(vocabulary * channels), hostWpe = random.Normal(context * channels);
            using var tokens = new PlacedTokens(device, ids.Length, vocabulary, 1, context);
            using var wte = Fenced.Input(device, hostWte);
            using var wpe = Fenced.Input(device, hostWpe);
            using var y = Fenced.Output(device, ids.Length * channels);
            tokens.Load(ids, new int[ids.Length], positions);
            new Embedding.Embedding(device).ForwardAt(tokens, wte.View, wpe.View, channels, y.View);
            Budget.Check(y.Read(), EmbeddingReference.ForwardAt(
                ids, positions, hostWte.ToDoubles(), hostWpe.ToDoubles(), channels), terms: 0, ulps: 0.5);
        }
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Backward_in_both_strategies(string name)
    {
        foreach (var size in Sizes)
        {
            CheckBackward(TestDevices.Get(name), size, (embedding, dY, tokens, dWte, dWpe, accumulate) =>
                embedding.BackwardByChannels(dY, tokens, size.B, size.T, size.C, size.Context, dWte, dWpe, accumulate));
            CheckBackward(TestDevices.Get(name), size, (embedding, dY, tokens, dWte, dWpe, accumulate) =>
                embedding.BackwardByToken(dY, tokens, size.B, size.T, size.C, size.Context, dWte, dWpe, accumulate));
        }
    }

    [Theory, MemberData(nameof(VectorWidth.All), MemberType = typeof(VectorWidth))]
    public void Every_vector_width(int bits)
    {
        using var _ = new VectorWidth(bits);
        foreach (var size in Sizes)
        {
            CheckBackward(TestDevices.Get("cpu"), size, (embedding, dY, tokens, dWte, dWpe, accumulate) =>
                embedding.Backward(dY, tokens, size.B, size.T, size.C, size.Context, dWte, dWpe, accumulate));
        }
    }

    [Fact]
    public void The_oracle_agrees_with_finite_differences()
    {
        var random = new TestRandom();
        int[] ids = [1, 0, 1, 3, 1, 2];
        double[] wte = random.Normal(4 * 2).ToDoubles(), wpe = random.Normal(3 * 2).ToDoubles(), dY = random.Normal(6 * 2).ToDoubles();
        var (dWte, dWpe) = EmbeddingReference.Backward(dY, ids, sequence: 3, channels: 2, vocabulary: 4, context: 3);
        FiniteDifferences.Check(at => EmbeddingReference.Forward(ids, at, wpe, 3, 2), wte, dY, dWte);
        FiniteDifferences.Check(at => EmbeddingReference.Forward(ids, wte, at, 3, 2), wpe, dY, dWpe);
    }

    [Fact]
    public void Loading_a_batch_allocates_nothing()
    {
        using var tokens = new TokenIndex(TestDevices.Get("cpu"), 256, 1000);
        int[] ids = new TestRandom().Ids(256, 1000);
        for (int i = 0; i < 50; i++) tokens.Load(ids);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) tokens.Load(ids);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Ids_outside_the_vocabulary_and_batches_beyond_the_capacity_are_refused()
    {
        using var tokens = new TokenIndex(TestDevices.Get("cpu"), 4, 10);
        Assert.Contains("10", Assert.Throws<ArgumentException>(() => tokens.Load([3, 10])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => tokens.Load([-1]));
        Assert.Throws<ArgumentException>(() => tokens.Load([1, 2, 3, 4, 5]));
        Assert.Throws<ArgumentException>(() => tokens.Load([]));
    }

    delegate void BackwardPass(
        Embedding.Embedding embedding, Fenced<float> dY, TokenIndex tokens, Fenced<float> dWte, Fenced<float> dWpe, bool accumulate);

    static void CheckBackward(ComputeDevice device, (int B, int T, int C, int V, int Context) size, BackwardPass backward)
    {
        var random = new TestRandom();
        int[] ids = random.Ids(size.B * size.T, size.V);
        float[] above = random.WithOutliers(ids.Length * size.C), tied = random.Normal(size.V * size.C);
        var (expectedWte, expectedWpe) = EmbeddingReference.Backward(above.ToDoubles(), ids, size.T, size.C, size.V, size.Context);
        using var tokens = new TokenIndex(device, ids.Length + 3, size.V);
        using var dY = Fenced.Input(device, above);
        using var dWte = Fenced.Input(device, tied);
        using var dWpe = Fenced.Output(device, size.Context * size.C);
        var embedding = new Embedding.Embedding(device);

        tokens.Load(random.Ids(ids.Length + 3, size.V));
        tokens.Load(ids);
        backward(embedding, dY, tokens, dWte, dWpe, false);
        float[] firstWte = dWte.Read(), firstWpe = dWpe.Read();
        Budget.Check(firstWte, expectedWte.Plus(tied.ToDoubles()), ids.Length + 1);
        Budget.Check(firstWpe, expectedWpe, size.B);
        backward(embedding, dY, tokens, dWte, dWpe, true);
        Budget.Check(dWte.Read(), expectedWte.Plus(firstWte.ToDoubles()), ids.Length + 1);
        Budget.Check(dWpe.Read(), expectedWpe.Plus(firstWpe.ToDoubles()), size.B + 1);

        using var again = Fenced.Input(device, tied);
        backward(embedding, dY, tokens, again, dWpe, false);
        Budget.CheckSameBits(firstWte, again.Read());
        Budget.CheckSameBits(firstWpe, dWpe.Read());
    }
}
