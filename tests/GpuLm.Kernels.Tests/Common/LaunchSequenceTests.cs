using GpuLm.Kernels.Common;
using GpuLm.Kernels.ResidualAdd;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Common;

public class LaunchSequenceTests
{
    [Theory, MemberData(nameof(TestDevices.Names), MemberType = typeof(TestDevices))]
    public void Every_run_makes_all_launches_with_and_without_a_graph(string name)
    {
        var device = TestDevices.Get(name);
        foreach (bool useGraph in (bool[])[true, false])
        {
            using var one = Fenced.Input(device, [1f, 2f, 3f]);
            using var sum = Fenced.Input(device, [0f, 0f, 0f]);
            var add = new ResidualAdd.ResidualAdd(device);
            using var twice = new LaunchSequence(
                device,
                () =>
                {
                    add.Forward(sum, one, 3, sum);
                    add.Forward(sum, one, 3, sum);
                },
                useGraph);
            for (int run = 0; run < 4; run++) twice.Run();   // the first as it is, the second captured, then repeated
            Assert.Equal([8f, 16f, 24f], sum.Read());
        }
    }
}
