using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.MatMul;
using GpuLm.Kernels.MatMul.Cuda;
using GpuLm.Kernels.MatMul.Cuda.Mma;
using GpuLm.Kernels.MatMul.Cuda.Wgmma;
using GpuLm.Reference;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>The matrix product by wgmma: every tile and layout, tails everywhere, several tiles for each group.</summary>
public class WarpGroupMatMulTests
{
    // Tails in every direction; more tiles than the interpreted device has multiprocessors; more stages than the ring has.
    static readonly (int M, int N, int K)[] Ugly = [(1, 1, 1), (7, 300, 65), (129, 127, 200), (130, 257, 449)];

    public static TheoryData<string, string, bool, bool> Tiles()
    {
        var data = new TheoryData<string, string, bool, bool>();
        foreach (string device in TestDevices.HopperNames.Select(row => row.Data))
        {
            for (int layout = 0; layout < 4; layout++) data.Add(device, "wgmma-128x256", (layout & 1) != 0, (layout & 2) != 0);
            foreach (string tile in (string[])["wgmma-256x128", "wgmma-128x128"])
            {
                data.Add(device, tile, false, false);
                data.Add(device, tile, true, true);
            }
        }
        return data;
    }

    [Theory, MemberData(nameof(Tiles))]
    public void The_product_is_right(string name, string tile, bool transposeA, bool transposeB)
    {
        var device = HopperDevice.Get(name);
        var matmul = new MatMul.MatMul(device, configuration: tile);
        foreach (var (m, n, k) in Ugly)
        {
            using var product = new TensorCoreCase(device, m, n, k, transposeA, transposeB, NumberFormat.Bf16, paddedC: k % 2 == 0);
            using var wide = Fenced.Output(device, product.LengthC);
            float[] first = product.Check(matmul, wide);
            matmul.Multiply(product.A, product.B, product.Shape, wide.View);
            Budget.CheckSameBits(first, product.Dense(wide.Read()));
        }
    }

    [Theory, MemberData(nameof(TestDevices.HopperNames), MemberType = typeof(TestDevices))]
    public void Groups_go_on_to_their_next_tiles(string name)
    {
        var device = HopperDevice.Get(name);
        const int m = 700, n = 200, k = 72;
        using var product = new TensorCoreCase(device, m, n, k, false, true, NumberFormat.Bf16);
        using var c = new TensorCoreResult(product, NumberFormat.Bf16);
        Assert.True(
            (m + 127) / 128 * ((n + 127) / 128) > device.Cuda!.Multiprocessors || name == "cuda", "there are no more tiles than groups");
        new MatMul.MatMul(device, configuration: "wgmma-128x128").Multiply(product.A, product.B, product.Shape, c.Tensor);
        c.Check(product.Expected(), "tiles");
    }

    [Theory, MemberData(nameof(TestDevices.HopperNames), MemberType = typeof(TestDevices))]
    public void Epilogues_and_splits_are_right(string name)
    {
        var device = HopperDevice.Get(name);
        foreach (string cut in (string[])["wgmma-128x128", "wgmma-128x256 split 2"])
        {
            using var product = new TensorCoreCase(device, 37, 136, 136, false, false, NumberFormat.Bf16);
            var random = new TestRandom();
            float[] bias = random.Normal(product.Shape.N), extra = random.Normal(product.Shape.M * product.Shape.N, 3).ToBf16();
            using var viewBias = Fenced.Input(device, bias);
            using var viewExtra = new TensorCoreResult(product, NumberFormat.Bf16, extra);
            var matmul = new MatMul.MatMul(device, configuration: cut);

            using var residual = new TensorCoreResult(product, NumberFormat.Bf16);
            matmul.MultiplyBiasResidual(product.A, product.B, viewBias, viewExtra.Tensor, product.Shape, residual.Tensor);
            residual.Check(MatMulReference.AddBias(product.Expected(), bias, extra), "residual");

            using var activated = new TensorCoreResult(product, NumberFormat.Bf16);
            using var kept = new TensorCoreResult(product, NumberFormat.Bf16);
            matmul.MultiplyBiasGelu(product.A, product.B, viewBias, product.Shape, kept.Tensor, activated.Tensor);
            kept.Check(MatMulReference.AddBias(product.Expected(), bias), "pre-activation");
            activated.Check(GeluReference.Forward(kept.Read().ToDoubles()), "gelu");

            using var gradient = new TensorCoreResult(product, NumberFormat.Bf16);
            matmul.MultiplyGeluGradient(product.A, product.B, viewExtra.Tensor, product.Shape, gradient.Tensor);
            gradient.Check(MatMulReference.TimesGeluGradient(product.Expected(), extra), "gelu gradient");

            using var added = new TensorCoreResult(product, NumberFormat.Fp32, extra);
            matmul.Multiply(product.A, product.B, product.Shape, added.Tensor, beta: 1);
            added.Check(product.Expected(extra, 1), "added");
        }
    }

    [Fact]
    public void Only_Hopper_takes_them_and_no_rule_chooses_them()
    {
        var hopper = new CudaTraits(9, 0, 132, 1024, 227 * 1024, "H100");
        var shape = new MatMulShape(8192, 8192, 8192);
        Assert.Equal(3, TensorCoreConfigs.Candidates(shape, NumberFormat.Bf16, hopper).Count(cut => cut.Config is WgmmaConfig));
        Assert.DoesNotContain(TensorCoreConfigs.Candidates(shape, NumberFormat.Fp32, hopper), cut => cut.Config is WgmmaConfig);
        Assert.DoesNotContain(
            TensorCoreConfigs.Candidates(shape with { Batch = 2 }, NumberFormat.Bf16, hopper), cut => cut.Config is WgmmaConfig);
        Assert.DoesNotContain(
            TensorCoreConfigs.Candidates(shape, NumberFormat.Bf16, hopper with { Major = 8 }), cut => cut.Config is WgmmaConfig);
        Assert.IsType<MmaConfig>(TensorCoreConfigs.Choose(shape, NumberFormat.Bf16, hopper).Config);
    }
}
