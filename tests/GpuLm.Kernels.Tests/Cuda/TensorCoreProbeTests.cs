using System.Text.RegularExpressions;
using GpuLm.Kernels.Common;
using GpuLm.Reference;
using GpuLm.TestKit;
using ILGPU;
using Xunit;
using Xunit.Sdk;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>The probes of tensor cores do all the work that they are timed for.</summary>
public class TensorCoreProbeTests
{
    const int Rows = 16, Columns = 8;

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Tiles_in_bf16(string name) => CheckBf16Tiles(TestDevices.Get(name), 3);

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Tiles_in_tf32(string name)
    {
        var device = TestDevices.Get(name);
        var probe = new Probe.Probe(device);
        float[] hostA = Whole(Rows * 8), hostB = Whole(Columns * 8), hostY = Whole(probe.Tiles * Rows * Columns);
        using var a = Fenced.Input(device, hostA);
        using var b = Fenced.Input(device, hostB);
        using var y = Fenced.Input(device, hostY);
        probe.MultiplyTiles((ArrayView<float>)a, b, 3, y);
        Assert.Equal(Exact(ProbeReference.MultiplyTiles(hostA, hostB, Rows, Columns, 8, 3, hostY)), y.Read());
    }

    [Theory, MemberData(nameof(TestDevices.CudaNames), MemberType = typeof(TestDevices))]
    public void Tiles_of_any_numbers_are_within_their_budget(string name)
    {
        var device = TestDevices.Get(name);
        var probe = new Probe.Probe(device);
        var random = new TestRandom();
        float[] hostA = random.Normal(Rows * 16).ToBf16(), hostB = random.Normal(Columns * 16).ToBf16();
        var hostY = random.Normal(probe.Tiles * Rows * Columns);
        using var a = Fenced.InputBf16(device, hostA);
        using var b = Fenced.InputBf16(device, hostB);
        using var y = Fenced.Input(device, hostY);
        probe.MultiplyTiles((ArrayView<BFloat16>)a, b, 4, y);
        Budget.Check(y.Read(), ProbeReference.MultiplyTiles(hostA, hostB, Rows, Columns, 16, 4, hostY), terms: 4 * 16);
    }

    [Theory, MemberData(nameof(TestDevices.HopperNames), MemberType = typeof(TestDevices))]
    public void Warp_group_tiles_in_bf16(string name) => CheckWarpGroups(HopperDevice.Get(name), 3);

    [Fact]
    public void Sabotage_a_product_that_is_left_out_is_noticed()
    {
        using var device = InterpretedCuda.Open(multiprocessors: 1, sabotage: ptx => Plant(ptx, "\tmma.sync[^\n]*\n", skip: 5));
        Assert.Throws<EqualException>(() => CheckBf16Tiles(device, 3));
    }

    [Fact]
    public void Sabotage_a_wgmma_that_is_left_out_is_noticed()
    {
        using var device = InterpretedCuda.Open(9, multiprocessors: 1, sabotage: ptx => Plant(ptx, "\twgmma.mma_async[^\n]*\n"));
        Assert.Throws<EqualException>(() => CheckWarpGroups(device, 1));
    }

    [Fact]
    public void Devices_without_tensor_cores_are_refused()
    {
        var device = TestDevices.Get("cpu");
        var probe = new Probe.Probe(device);
        using var a = Fenced.OutputBf16(device, 1 << 14);
        using var y = Fenced.Output(device, 1 << 16);
        ArrayView<BFloat16> operand = a;
        Assert.Contains("8.0", Assert.Throws<ArgumentException>(() => probe.MultiplyTiles(operand, operand, 1, y)).Message, default);
        Assert.Contains("9.0", Assert.Throws<ArgumentException>(() => probe.MultiplyWarpGroupTiles(a, a, 1, y)).Message, default);
    }

    static void CheckBf16Tiles(ComputeDevice device, int iterations)
    {
        var probe = new Probe.Probe(device);
        float[] hostA = Whole(Rows * 16), hostB = Whole(Columns * 16), hostY = Whole(probe.Tiles * Rows * Columns);
        using var a = Fenced.InputBf16(device, hostA);
        using var b = Fenced.InputBf16(device, hostB);
        using var y = Fenced.Input(device, hostY);
        probe.MultiplyTiles((ArrayView<BFloat16>)a, b, iterations, y);
        Assert.Equal(Exact(ProbeReference.MultiplyTiles(hostA, hostB, Rows, Columns, 16, iterations, hostY)), y.Read());
    }

    static void CheckWarpGroups(ComputeDevice device, int iterations)
    {
        const int rows = 128, columns = 256, depth = 64;
        var probe = new Probe.Probe(device);
        float[] hostA = Whole(rows * depth), hostB = Whole(columns * depth);
        using var a = Fenced.InputBf16(device, hostA);
        using var b = Fenced.InputBf16(device, hostB);
        using var y = Fenced.Output(device, probe.WarpGroupTiles * rows * columns);
        probe.MultiplyWarpGroupTiles(a, b, iterations, y);
        var zero = new float[rows * columns];
        float[] expected = Exact(ProbeReference.MultiplyTiles(hostA, hostB, rows, columns, depth, iterations, zero));
        foreach (float[] tile in y.Read().Chunk(rows * columns)) Assert.Equal(expected, tile);
    }

    /// <summary>Leaves an instruction out of the kernel that has it; the probe's other kernels stay as they are.</summary>
    static string Plant(string ptx, string instruction, int skip = 0) => Regex.IsMatch(ptx, instruction)
        ? PlantedFault.Plant(ptx, new Regex(instruction), _ => "", skip)
        : ptx;

    static float[] Exact(Oracle oracle) => Array.ConvertAll(oracle.Value, value => (float)value);

    /// <summary>Whole numbers from -2 to 2.</summary>
    static float[] Whole(int count) => Array.ConvertAll(new TestRandom().Uniform(count, -2.49, 2.49), MathF.Round);
}
