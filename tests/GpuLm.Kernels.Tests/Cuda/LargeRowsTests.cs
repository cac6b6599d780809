using GpuLm.Kernels.AdamW;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Embedding;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>
/// Row and element kernels at sizes where an index or an offset no longer fits in 32 bits: of each launch the last groups run, and what
/// they wrote is checked. All but the end of the inputs is zeros, so an address that wrapped around gives a wrong result.
/// </summary>
public class LargeRowsTests
{
    const long Many = 1L << 32;
    const int LastGroups = 8, Columns = 4104, Rows = (int)(Many / Columns) + 9, Elements = 1024;

    static readonly Lazy<ComputeDevice> Device = new(() => InterpretedCuda.Open(lastGroups: LastGroups));

    [Fact]
    public void Layer_norm_of_many_rows() => LayerNormOfManyRows(Device.Value);

    [Fact]
    public void Sabotage_an_offset_in_32_bits_is_caught()
    {
        // The row's offset is a product in 64 bits; its upper half is cut off here.
        using var device = InterpretedCuda.Open(lastGroups: LastGroups, sabotage: ptx =>
        {
            var product = System.Text.RegularExpressions.Regex.Match(ptx, @"\tmul\.lo\.s64\s+(%rd\d+), [^;]*;\n");
            Assert.True(product.Success, "The kernel has no product in 64 bits any more.");
            string register = product.Groups[1].Value;
            return ptx.Insert(product.Index + product.Length, $"\tand.b64 {register}, {register}, 0x07FFFFFF;\n");
        });
        Assert.Throws<FailException>(() => LayerNormOfManyRows(device));
    }

    static void LayerNormOfManyRows(ComputeDevice device)
    {
        const float epsilon = 1e-5f;
        var random = new TestRandom();
        float[] host = random.Normal(Columns).ToBf16(), hostWeight = random.Normal(Columns), hostBias = random.Normal(Columns);
        var expected = LayerNormReference.Forward(host.ToDoubles(), hostWeight.ToDoubles(), hostBias.ToDoubles(), epsilon, 1, Columns);
        using var x = new FarEnd<BFloat16>(device, (long)Rows * Columns).End(Bits(host));
        using var nothing = new FarEnd<BFloat16>(device, (long)Rows * Columns);
        using var y = new FarEnd<BFloat16>(device, (long)Rows * Columns);
        using var weight = Fenced.Input(device, hostWeight);
        using var bias = Fenced.Input(device, hostBias);
        using var mean = new FarEnd<float>(device, Rows);
        using var rstd = new FarEnd<float>(device, Rows);
        var norm = new LayerNorm.LayerNorm(device);
        norm.Forward(x.View, weight, bias, epsilon, Rows, Columns, y.View, mean.View, rstd.View);
        Budget.CheckBf16(Floats(y.Last(Columns)), expected.Y, Columns);
        Budget.Check(mean.Last(1), expected.Mean, Columns);
        Budget.Check(rstd.Last(1), expected.Rstd, Columns);
        y.End(new BFloat16[Columns]);
        norm.ForwardOfSum(nothing.View, x.View, weight, bias, epsilon, Rows, Columns, nothing.View, y.View, mean.View, rstd.View);
        Budget.CheckSameBits(host, Floats(nothing.Last(Columns)));
        Budget.CheckBf16(Floats(y.Last(Columns)), expected.Y, Columns);
    }

    [Fact]
    public void Cross_entropy_of_many_rows()
    {
        const int vocabulary = 50_257, stride = 50_304, rows = (int)(Many / stride) + 9;
        const float scale = 0.01f;
        var device = Device.Value;
        float[] host = new TestRandom().Normal(stride).ToBf16(), row = host[..vocabulary];
        int[] target = [vocabulary - 1];
        using var logits = new FarEnd<BFloat16>(device, (long)rows * stride).End(Bits(host));
        using var targets = new FarEnd<int>(device, rows).End(target);
        using var losses = new FarEnd<float>(device, rows);
        new CrossEntropy.CrossEntropy(device).ForwardBackward(logits.View, targets.View, rows, vocabulary, stride, scale, losses.View);
        Budget.Check(losses.Last(1), CrossEntropyReference.Forward(row.ToDoubles(), target, 1, vocabulary), vocabulary);
        var gradient = CrossEntropyReference.Backward(row.ToDoubles(), target, 1, vocabulary, scale);
        Budget.CheckBf16(Floats(logits.Last(stride)).AsSpan(0, vocabulary), gradient, vocabulary);
    }

    [Fact]
    public void Embedding_of_many_tokens()
    {
        const int batch = 1024, length = 1024, tokens = batch * length;
        var device = Device.Value;
        var random = new TestRandom();
        float[] token = random.Normal(Columns).ToBf16(), position = random.Normal(Columns).ToBf16();
        float[] above = random.Normal(Columns).ToBf16();
        using var index = new TokenIndex(device, tokens, tokens);
        index.Load(Enumerable.Range(0, tokens).ToArray());
        using var table = new FarEnd<BFloat16>(device, (long)tokens * Columns).End(Bits(token));
        using var positions = new FarEnd<BFloat16>(device, (long)length * Columns).End(Bits(position));
        using var y = new FarEnd<BFloat16>(device, (long)tokens * Columns);
        var embedding = new Embedding.Embedding(device);
        embedding.Forward(index, table.View, positions.View, batch, length, Columns, y.View);
        Budget.CheckSameBits(token.Zip(position, (a, b) => a + b).ToArray().ToBf16(), Floats(y.Last(Columns)));

        using var dTable = new FarEnd<float>(device, (long)tokens * Columns);
        using var dPositions = new FarEnd<float>(device, (long)length * Columns);
        y.End(Bits(above));
        embedding.Backward(y.View, index, batch, length, Columns, length, dTable.View, dPositions.View, accumulate: false);
        Budget.CheckSameBits(above, dPositions.Last(Columns));
        // The last groups have a tile of 256 channels each, the very last one what is left.
        Budget.CheckSameBits(above.AsSpan(^Elements..), dTable.Last(Elements));
    }

    [Fact]
    public void Many_elements()
    {
        const long count = Many + 8 * Elements;
        var device = Device.Value;
        float[] hostX = new TestRandom().Normal(Elements).ToBf16();
        using var x = new FarEnd<BFloat16>(device, count).End(Bits(hostX));
        using var y = new FarEnd<BFloat16>(device, count);
        using var words = new FarEnd<float>(device, count + 3);
        var (gelu, conversion) = (new Gelu.Gelu(device), new Conversion.Conversion(device));
        gelu.Forward(x.View, count, y.View);
        Budget.CheckBf16(Floats(y.Last(Elements)), GeluReference.Forward(hostX.ToDoubles()), terms: 1);
        gelu.Backward(x.View, x.View, count, y.View);
        Budget.CheckBf16(Floats(y.Last(Elements)), GeluReference.Backward(hostX.ToDoubles(), hostX.ToDoubles()), terms: 1);
        new ResidualAdd.ResidualAdd(device).Forward(x.View, x.View, count, y.View);
        Budget.CheckSameBits(Array.ConvertAll(hostX, value => 2 * value), Floats(y.Last(Elements)));
        conversion.ToFp32(x.View, count, words.View);
        words.End([5, 6, 7]);
        Budget.CheckSameBits([.. hostX, 5, 6, 7], words.Last(Elements + 3));
        using var all = new FarEnd<BFloat16>(device, count + 3);
        conversion.ToBf16(words.View, count + 3, all.View);
        Budget.CheckSameBits([.. hostX, 5, 6, 7], Floats(all.Last(Elements + 3)));
    }

    [Fact]
    public void Optimizer_steps_of_many_parameters()
    {
        const long length = Many + Elements;
        var device = Device.Value;
        float[] gradient = new TestRandom().Normal(Elements);
        var expected = new AdamWReference(1e-3, 0.9, 0.95, 1e-8, 0.1, 1).Step(
            new double[Elements], gradient.ToDoubles(), new double[Elements], new double[Elements], 0.5, 1, Elements);
        using var parameters = new FarEnd<float>(device, length);
        using var gradients = new FarEnd<float>(device, length).End(gradient);
        using var first = new FarEnd<float>(device, length);
        using var second = new FarEnd<float>(device, length);
        using var matrices = new FarEnd<BFloat16>(device, length);
        using var norm = Fenced.Input<float>(device, [0.5f]);
        using var adamW = new AdamW.AdamW(device);
        adamW.Prepare(new AdamWStep(1e-3, 0.9, 0.95, 1e-8, 0.1, 1, Clip: 1));
        adamW.Step(parameters.View, gradients.View, first.View, second.View, norm, length, length, matrices.View);
        float[] after = parameters.Last(Elements);
        Budget.Check(after, expected.Parameters, terms: 1);
        Budget.Check(first.Last(Elements), expected.First, terms: 1);
        Budget.Check(second.Last(Elements), expected.Second, terms: 1);
        Budget.CheckSameBits(after.ToBf16(), Floats(matrices.Last(Elements)));

        matrices.End(new BFloat16[Elements]);
        first.End(new float[Elements]);
        second.End(new float[Elements]);
        const long half = length - Elements / 2;
        adamW.StepWithoutMasters(
            matrices.View.SubView(0, half), parameters.View, gradients.View, first.View, second.View, norm, length, half, seed: 1);
        Budget.Check(first.Last(Elements), expected.First, terms: 1);
        Assert.All(Floats(matrices.Last(Elements))[..(Elements / 2)], value => Assert.InRange(Math.Abs(value), 0.99e-3f, 1.01e-3f));
    }

    static BFloat16[] Bits(float[] values) => Array.ConvertAll(values, BFloat16.FromSingle);

    static float[] Floats(BFloat16[] values) => Array.ConvertAll(values, value => value.ToSingle());
}
