using System.Reflection;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

public sealed class PtxCacheTests : IDisposable
{
    static readonly MethodInfo Kernel = KernelCatalog.Find("MatMul.Tile").Kernel, Other = KernelCatalog.Find("Probe.Triad").Kernel;

    readonly string folder = Directory.CreateTempSubdirectory("gpulm-ptx-").FullName;
    readonly Context context = Context.Create(builder => CudaCompiler.Configure(builder));

    [Fact]
    public void A_kernel_comes_back_as_it_was_kept()
    {
        var compiled = Compile(Kernel);
        new PtxCache("device", folder).Keep(Kernel, compiled);
        var found = new PtxCache("device", folder).Find(context, Kernel);
        Assert.NotNull(found);
        Assert.Equal(compiled.PTXAssembly, found.PTXAssembly);
        Assert.Equal(compiled.Name, found.Name);
    }

    [Fact]
    public void Another_device_driver_or_kernel_finds_nothing()
    {
        new PtxCache("device, driver 1", folder).Keep(Kernel, Compile(Kernel));
        Assert.Null(new PtxCache("device, driver 2", folder).Find(context, Kernel));
        Assert.Null(new PtxCache("device, driver 1", folder).Find(context, Other));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(-1)]
    public void A_file_that_was_cut_short_is_made_again(int length)
    {
        var cache = new PtxCache("device", folder);
        cache.Keep(Kernel, Compile(Kernel));
        string file = Directory.GetFiles(folder).Single(), text = File.ReadAllText(file);
        File.WriteAllText(file, text[..(length < 0 ? text.Length + length : length)]);
        Assert.Null(cache.Find(context, Kernel));
        cache.Keep(Kernel, Compile(Kernel));
        Assert.NotNull(cache.Find(context, Kernel));
    }

    [Fact]
    public void A_file_with_one_other_letter_is_not_found()
    {
        var cache = new PtxCache("device", folder);
        cache.Keep(Kernel, Compile(Kernel));
        string file = Directory.GetFiles(folder).Single();
        string text = File.ReadAllText(file), altered = text.Replace("mov", "mul", StringComparison.Ordinal);
        Assert.NotEqual(text, altered);
        File.WriteAllText(file, altered);
        Assert.Null(cache.Find(context, Kernel));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_time_only()
    {
        string file = Path.Combine(folder, "a file");
        File.WriteAllText(file, "");
        var cache = new PtxCache("device", Path.Combine(file, "below"));
        cache.Keep(Kernel, Compile(Kernel));
        Assert.Null(cache.Find(context, Kernel));
    }

    public void Dispose()
    {
        context.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    PTXCompiledKernel Compile(MethodInfo kernel)
    {
        Primitives.TwoBodies.Register();
        PtxIntrinsics.Register(context);
        using var backend = CudaCompiler.CreateBackend(context, CudaArchitecture.SM_80);
        return CudaCompiler.Compile(backend, kernel);
    }
}
