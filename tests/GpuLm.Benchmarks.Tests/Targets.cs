using GpuLm.Benchmarks.Harness;

namespace GpuLm.Benchmarks.Tests;

/// <summary>Kinds of devices, to be asked which cases they have.</summary>
static class Targets
{
    public static Target Cpu { get; } = new(IsCpu: true, HasTensorCores: false, 0, 32 << 20, new ProbeSizes(1024, 64, 8));

    public static Target OpenCL { get; } = Cpu with { IsCpu = false };

    public static Target Ampere { get; } = OpenCL with { HasTensorCores = true, Major = 8 };

    public static Target Hopper { get; } = Ampere with { Major = 9 };
}
