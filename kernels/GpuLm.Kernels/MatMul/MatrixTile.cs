using GpuLm.Kernels.MatMul.Cpu;
using GpuLm.Kernels.Primitives;
using ILGPU;

namespace GpuLm.Kernels.MatMul;

/// <summary>What a group does with the tile of C that it owns: the CPU body.</summary>
[DeviceBodies(typeof(MatrixTileOnDevice))]
public static class MatrixTile
{
    /// <summary>
    /// C[row.., column..] = epilogue(beta C + op(A) op(B)) for a tile of the given size. Views start at their batch item; the extra matrix
    /// is used by epilogues, which exclude batches.
    /// </summary>
    public static unsafe void Multiply(
        ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> extra, MatMulPlan plan, int row, int rows,
        int column, int columns, ArrayView<float> c)
    {
        // ILGPU's CPU buffers are native memory: nothing moves while a kernel runs.
        fixed (float* pa = &a[0], pb = &b[0], pbias = &bias[0], pextra = &extra[0], pc = &c[0])
        {
            CpuMatMul.Multiply(pa, pb, pbias, pextra, plan, row, rows, column, columns, pc);
        }
    }
}
