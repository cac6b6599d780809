using GpuLm.Kernels.Common;

namespace GpuLm.Kernels.MatMul;

/// <summary>How products of fp32 numbers are made.</summary>
public enum MatMulPrecision
{
    /// <summary>In fp32.</summary>
    Fp32,

    /// <summary>
    /// Operands are rounded to tf32 (10 bits of fraction) and multiplied on tensor cores, sums are fp32. Products whose operands' rows do not
    /// start at multiples of 16 bytes are made in fp32 as before.
    /// </summary>
    Tf32,
}

/// <summary>How one product is cut for tensor cores.</summary>
/// <param name="Config">Name of a <see cref="Cuda.TensorCoreConfig"/>.</param>
/// <param name="Splits">Groups that share the terms of a tile, 1 or more; with a batch or epilogue-free of choice, 1 for a batch.</param>
public readonly record struct MatMulChoice(string Config, int Splits = 1);

/// <summary>What was measured on a device: which cut is fastest for a product.</summary>
public interface IMatMulTuning
{
    /// <summary>The cut for a product, or null where none was measured. It is asked at every launch and must give the same answer each time.</summary>
    /// <param name="shape">The product, leading dimensions and batch filled in.</param>
    /// <param name="operands">How A and B are stored; fp32 operands are rounded to tf32.</param>
    MatMulChoice? Find(MatMulShape shape, NumberFormat operands);
}
