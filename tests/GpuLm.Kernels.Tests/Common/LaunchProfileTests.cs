using GpuLm.Kernels.Common;
using GpuLm.Kernels.Reduction;
using GpuLm.TestKit;
using ILGPU;
using ILGPU.Runtime;
using Xunit;

namespace GpuLm.Kernels.Tests.Common;

public class LaunchProfileTests
{
    const int Length = 20_000;   // more than one group sums, so a sum is two launches

    static ComputeDevice Open(string name)
    {
        TestDevices.Get(name);   // skips where there is none
        return name == TestDevices.Interpreted ? InterpretedCuda.Open() : TestDevices.Catalog.Open(name);
    }

    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Each_launch_is_recorded_with_its_kernel_arguments_and_time(string name)
    {
        using var device = Open(name);
        var profile = device.AttachProfile();
        var reduction = new Reduction.Reduction(device);
        using var x = device.Accelerator.Allocate1D(Enumerable.Repeat(1f, Length).ToArray());
        using var workspace = device.Allocate<float>(Reduction.Reduction.WorkspaceLength);
        using var sum = device.Allocate<float>(1);
        void Sum() => reduction.Sum(x.View, Length, workspace.View, sum.View);

        Sum();
        for (int time = 0; time < 2; time++)
        {
            var launches = profile.Record(Sum);
            Assert.Equal(
                [nameof(ReductionKernels.PartialSums), nameof(ReductionKernels.Total)], launches.Select(launch => launch.Kernel.Name));
            Assert.All(launches, launch => Assert.Equal("Reduction", launch.Operation));
            Assert.All(launches, launch => Assert.InRange(launch.Seconds, 1e-9, 60));
            Assert.Equal(Length, (long)launches[0].Arguments[1]!);
            Assert.False(profile.IsRecording);
        }
        var result = new float[1];
        device.Download(sum.View.AsContiguous(), result);
        Assert.Equal(Length, result[0]);
    }

    [Fact]
    public void A_device_has_no_profile_unless_it_is_attached_and_one_comes_too_late_after_a_kernel()
    {
        using var device = TestDevices.Catalog.Open("cpu");
        Assert.Null(device.Profile);
        _ = new Reduction.Reduction(device);
        Assert.Throws<InvalidOperationException>(device.AttachProfile);
        Assert.Null(device.Profile);
    }

    [Fact]
    public void Recordings_do_not_nest_and_an_error_ends_one()
    {
        using var device = TestDevices.Catalog.Open("cpu");
        var profile = device.AttachProfile();
        Assert.Same(profile, device.AttachProfile());
        Assert.Throws<InvalidOperationException>(() => profile.Record(() => profile.Record(() => { })));
        Assert.False(profile.IsRecording);
        Assert.Empty(profile.Record(() => { }));
    }

    [Fact]
    public void Every_kernel_of_the_catalog_belongs_to_the_operation_that_its_entry_names() =>
        Assert.All(KernelCatalog.All, entry => Assert.Equal(entry.Operation, KernelCatalog.OperationOf(entry.Kernel)));
}
