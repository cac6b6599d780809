using System.Text.RegularExpressions;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.TestKit;
using ILGPU;
using ILGPU.Runtime.Cuda;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>Every kernel compiles to PTX that NVIDIA's assembler accepts; no GPU is needed.</summary>
public class PtxTests
{
    public static TheoryData<string> Kernels => [.. KernelCatalog.All.Select(entry => entry.Name)];

    [Theory, MemberData(nameof(Kernels))]
    public void Every_kernel_assembles_for_Ampere_Ada_and_Hopper_as_the_table_says(string name)
    {
        var resources = KernelResources.Measure(KernelCatalog.Find(name));
        Assert.All(resources.ByTarget, target => Assert.True(target.SpilledBytes == 0, $"{name} spills registers on {target.Name}."));
        // Another version of ptxas gives other numbers of registers, but must not spill either.
        if (Ptxas.IsVersion(KernelResources.PtxasVersion)) Assert.Equal(KernelResources.Table().GetValueOrDefault(name), resources.Line);
    }

    [Fact]
    public void The_table_has_no_line_without_a_kernel() =>
        Assert.Empty(KernelResources.Table().Keys.Except(KernelCatalog.All.Select(entry => entry.Name)));

    [Fact]
    public void Write_the_table()
    {
        if (Environment.GetEnvironmentVariable("GPULM_WRITE_TABLES") != "1")
        {
            Assert.Skip("set GPULM_WRITE_TABLES=1 to write the table of registers anew");
        }
        KernelResources.Write(KernelCatalog.All);
    }

    [Fact]
    public void Predicated_uniform_branches_are_mended_and_others_left()
    {
        string mended = PtxSource.Repair("\t@%p12 bra.uni L_1;\n\t@!%p3 bra.uni L_2;\n\tbra.uni L_3;\n");
        Assert.Equal("\t@%p12 bra L_1;\n\t@!%p3 bra L_2;\n\tbra.uni L_3;\n", mended);
    }

    /// <summary>PTX 8.4 has no target for Blackwell, whose driver runs sm_90 but not sm_90a; an older driver reads an older version only.</summary>
    [Theory]
    [InlineData(8, 0, null, "8.4", "sm_80")]
    [InlineData(8, 9, 4, "8.4", "sm_89")]
    [InlineData(9, 0, 7, "8.4", "sm_90")]
    [InlineData(10, 3, 8, "8.4", "sm_90")]
    [InlineData(12, 1, 0, "8.0", "sm_90")]
    public void The_header_is_what_was_assembled_here(int major, int minor, int? driver, string version, string target)
    {
        Primitives.TwoBodies.Register();
        using var context = Context.Create(builder => CudaCompiler.Configure(builder));
        PtxIntrinsics.Register(context);
        CudaInstructionSet? newest = driver is { } revision ? new(8, revision) : null;
        using var backend = CudaCompiler.CreateBackend(context, new CudaArchitecture(major, minor), newest);
        string ptx = CudaCompiler.Compile(backend, KernelCatalog.Find("Probe.Triad").Kernel).PTXAssembly;
        Assert.Contains($".version {version}\n.target {target}\n", ptx, StringComparison.Ordinal);
    }

    [Fact]
    public void Moves_of_a_register_to_itself_are_dropped_and_others_left() =>
        Assert.Equal("\tmov.f32\t%f1, %f11;\n", PtxSource.Repair("\tmov.f32\t%f1, %f1;\n\tmov.f32\t%f1, %f11;\n\tmov.b32 %r2, %r2;\n"));

    /// <summary>ILGPU's own placement of code moves this load behind the arrival that ends its block, see CodeOrder.</summary>
    [Fact]
    public void A_load_stays_before_the_arrival_that_lets_others_overwrite_it()
    {
        string ptx = CudaCompiler.Compile(typeof(HopperKernels).GetMethod(nameof(HopperKernels.PingPong))!, 9, 0);
        Assert.Matches(@"ld\.shared\.f32[^;]*;\s+mbarrier\.arrive", ptx);
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

    [Fact]
    public void Sabotage_wgmma_that_cannot_run_side_by_side_and_kept_registers_are_reported()
    {
        string ptx = CudaCompiler.Compile(KernelCatalog.Find("MatMul.wgmma-128x128 NN bf16").Kernel, 9, 0);
        string touched = Regex.Replace(ptx, @"(wgmma\.mma_async\S+ \{(%f\d+),[^\n]*\n)", "$1\tadd.f32 $2, $2, 0f3F800000;\n");
        Assert.NotEmpty(Ptxas.Assemble(touched, "sm_90a").LostPerformance);
        string unbound = Regex.Replace(ptx, @"\.(maxntid|minnctapersm)[^\n]*\n", "");
        Assert.NotEmpty(Ptxas.Assemble(unbound, "sm_90a").LostPerformance);
    }
}
