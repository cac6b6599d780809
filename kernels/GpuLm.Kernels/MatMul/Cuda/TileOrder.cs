namespace GpuLm.Kernels.MatMul.Cuda;
static class TileOrder
{
    public static int Down(int tile, TensorCorePlan plan) => tile % plan.TilesDown;
    public static int Across(int tile, TensorCorePlan plan) => tile / plan.TilesDown;
}
