using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>Every kernel compiles to PTX that NVIDIA's assembler accepts; no GPU is needed.</summary>
public class PtxTests
{
    public static TheoryData<string> Kernels => [.. KernelCatalog.All.Select(entry => entry.Name)];

    [Theory, MemberData(nameof(Kernels))]
    public void Every_kernel_assembles_for_Ampere_and_Hopper(string name)
    {
        var kernel = KernelCatalog.Find(name).Kernel;
        foreach (int major in (int[])[8, 9])
        {
            string ptx = CudaCompiler.Compile(kernel, major, 0);
            Assert.Contains($".target sm_{major}0", ptx, StringComparison.Ordinal);
            var result = Ptxas.Assemble(ptx, $"sm_{major}0");
            Assert.True(result.Accepted, $"ptxas refuses {name} for sm_{major}0: {result.Log}");
            Assert.True(result.SpilledBytes == 0, $"{name} spills registers on sm_{major}0: {result.Log}");
        }
    }

    [Fact]
    public void Predicated_uniform_branches_are_mended_and_others_left()
    {
        string mended = PtxSource.Repair("\t@%p12 bra.uni L_1;\n\t@!%p3 bra.uni L_2;\n\tbra.uni L_3;\n");
        Assert.Equal("\t@%p12 bra L_1;\n\t@!%p3 bra L_2;\n\tbra.uni L_3;\n", mended);
    }

    [Fact]
    public void Sabotage_an_instruction_that_does_not_exist_is_refused()
    {
        string ptx = CudaCompiler.Compile(KernelCatalog.Find("Probe.Triad").Kernel, 9, 0);
        Assert.True(Ptxas.Assemble(ptx, "sm_90").Accepted);
        string broken = ptx.Replace("\tret;", "\tbogus.f32 %f1, %f1;\n\tret;", StringComparison.Ordinal);
        Assert.NotEqual(ptx, broken);
        Assert.False(Ptxas.Assemble(broken, "sm_90").Accepted);
    }

    [Fact]
    public void Sabotage_spilled_registers_are_counted()
    {
        string ptx = CudaCompiler.Compile(KernelCatalog.Find("MatMul.Tile").Kernel, 9, 0);
        Assert.Equal(0, Ptxas.Assemble(ptx, "sm_90").SpilledBytes);
        // A tile of sums does not fit in so few registers.
        Assert.True(Ptxas.Assemble(ptx, "sm_90", "-maxrregcount=16").SpilledBytes > 0);
    }
}
