using GpuLm.Kernels.OpenCL;
using Xunit;

namespace GpuLm.Kernels.Tests.OpenCL;

public class OpenCLSourceTests
{
    [Fact]
    public void A_group_barrier_fences_shared_memory_as_well()
    {
        string repaired = OpenCLSource.Repair("\t work_group_barrier ( CLK_GLOBAL_MEM_FENCE );\n");
        Assert.Equal("\t work_group_barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);\n", repaired);
    }

    [Fact]
    public void Nothing_else_changes()
    {
        const string source = "var1 = get_local_id ( 0 );\n sub_group_barrier ( CLK_GLOBAL_MEM_FENCE );\n";
        Assert.Equal(source, OpenCLSource.Repair(source));
    }
}
