namespace GpuLm.Kernels.MatMul;

/// <summary>How fp32 matrices are multiplied.</summary>
public enum MatMulPrecision
{
    /// <summary>In fp32.</summary>
    Fp32,

    /// <summary>On tensor cores: factors rounded to tf32, sums in fp32.</summary>
    Tf32,
}
