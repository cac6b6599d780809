namespace GpuLm.Kernels.Cuda;

/// <summary>The CUDA driver refused a kernel or a call; the message holds the driver's own words.</summary>
/// <param name="message">What failed and what the driver said.</param>
public sealed class CudaKernelException(string message) : Exception(message);
