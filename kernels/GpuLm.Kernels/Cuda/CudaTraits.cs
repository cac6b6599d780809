namespace GpuLm.Kernels.Cuda;

/// <summary>What a CUDA device can do.</summary>
/// <param name="Major">First part of the compute capability: 8 of an A100 (8.0), 9 of an H100 or H200 (9.0).</param>
/// <param name="Minor">Second part.</param>
/// <param name="Multiprocessors">Streaming multiprocessors.</param>
/// <param name="MaxGroupSize">Most threads in a group.</param>
/// <param name="SharedBytes">Most bytes of shared memory in a group, opted in.</param>
/// <param name="Name">The driver's name of the device, for files that hold what was tuned on it.</param>
public sealed record CudaTraits(int Major, int Minor, int Multiprocessors, int MaxGroupSize, int SharedBytes, string Name)
{
    /// <summary>Whether it multiplies matrices of bf16 and tf32 and copies asynchronously into shared memory (sm_80 and later).</summary>
    public bool HasTensorCores => Major >= 8;

    /// <summary>
    /// Whether it has Hopper's own instructions: wgmma, bulk tensor copies, setmaxnreg (sm_90a, and no later architecture).
    /// </summary>
    public bool IsHopper => Major == 9;

    /// <summary>What ptxas calls it: <c>sm_80</c>.</summary>
    public string Architecture => $"sm_{Major}{Minor}";
}
