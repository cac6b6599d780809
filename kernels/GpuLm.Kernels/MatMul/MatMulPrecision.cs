namespace GpuLm.Kernels.MatMul;

/// <summary>How products of fp32 numbers are made.</summary>
public enum MatMulPrecision
{
    /// <summary>In fp32.</summary>
    Fp32,

    /// <summary>
    /// Operands are rounded to tf32 (10 bits of fraction) and multiplied on tensor cores, sums are fp32. Products whose operands' rows do
    /// not start at multiples of 16 bytes are made in fp32 as before.
    /// </summary>
    Tf32,
}
