using System.Reflection;
using GpuLm.Kernels.Common;
using ILGPU;
using Xunit;

namespace GpuLm.Architecture.Tests;

public class KernelTests
{
    [Fact]
    public void Every_kernel_has_a_launcher_an_oracle_a_test_and_a_benchmark()
    {
        Assert.NotEmpty(KernelRules.KernelClasses);
        string[] files = [.. Repository.Files(".cs")];
        Assert.Empty(KernelRules.KernelClasses.SelectMany(type => KernelRules.MissingTwins(type.Name, files)));
    }

    [Fact]
    public void Every_kernel_is_in_the_catalog() =>
        Assert.Empty(KernelRules.KernelClasses.SelectMany(type => KernelRules.Unlisted(KernelRules.Kernels(type), KernelCatalog.All)));

    [Fact]
    public void Every_entry_of_the_catalog_is_plausible() => Assert.Empty(KernelRules.Implausible(KernelCatalog.All));

    [Fact]
    public void Sabotage_a_missing_twin_is_found()
    {
        string[] files =
        [
            "kernels/GpuLm.Kernels/Planted/Planted.cs", "kernels/GpuLm.Reference/PlantedReference.cs",
            "tests/GpuLm.Kernels.Tests/PlantedTests.cs", "benchmarks/GpuLm.Benchmarks/PlantedBenchmarks.cs",
        ];
        Assert.Empty(KernelRules.MissingTwins("PlantedKernels", files));
        for (int i = 0; i < files.Length; i++)
        {
            Assert.Single(KernelRules.MissingTwins("PlantedKernels", [.. files[..i], .. files[(i + 1)..]]));
        }
    }

    [Fact]
    public void Sabotage_an_unlisted_kernel_is_found()
    {
        MethodInfo[] kernels = [.. KernelRules.Kernels(typeof(PlantedKernels))];
        Assert.Equal(2, kernels.Length);
        Assert.Single(KernelRules.Unlisted(kernels, [Entry("Planted.Forward", kernels[0])]));
    }

    [Fact]
    public void Sabotage_an_implausible_entry_is_found()
    {
        var good = Entry("Planted.Forward", typeof(PlantedKernels).GetMethod(nameof(PlantedKernels.Forward))!);
        Assert.Empty(KernelRules.Implausible([good]));
        Assert.Single(KernelRules.Implausible([good, good]));
        Assert.Single(KernelRules.Implausible([good with { Name = "Forward" }]));
        Assert.Single(KernelRules.Implausible([good with { Bytes = _ => 0 }]));
        Assert.Single(KernelRules.Implausible([good with { Flops = _ => double.NaN }]));
    }

    static KernelEntry Entry(string name, MethodInfo kernel) =>
        new(name, "Planted", "RowPerGroup", kernel, sizes => sizes.Elements, sizes => 8 * sizes.Elements);

    static class PlantedKernels
    {
        public static void Forward(ArrayView<float> x, ArrayView<float> y) => y[0] = x[0];

        public static float Helper(float x) => x;

        public static class OtherStrategy
        {
            public static void Forward(ArrayView<float> x, ArrayView<float> y) => y[0] = x[0];
        }
    }
}
