using GpuLm.Kernels.Common;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuLm.Kernels.Cuda;

/// <summary>An <see cref="UploadStage"/> in page-locked memory: from other memory the driver may wait for the stream, or copy too late.</summary>
sealed class CudaUploads : AcceleratorObject
{
    const int Capacity = 4 << 20;

    readonly nint memory;

    /// <summary>Reserves the memory of a device whose launches go to <paramref name="stream"/>.</summary>
    public CudaUploads(AcceleratorStream stream) : base(stream.Accelerator)
    {
        Accelerator.Bind();
        CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.AllocateHostMemory(out memory, Capacity));
        Stage = new UploadStage(
            memory, Capacity,
            (source, target, bytes) =>
            {
                using var binding = stream.BindScoped();
                CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.MemcpyAsync(target, source, bytes, stream));
            },
            stream.Synchronize);
    }

    /// <summary>Takes data to the device.</summary>
    public UploadStage Stage { get; }

    /// <inheritdoc/>
    protected override void DisposeAcceleratorObject(bool disposing)
    {
        // A finalizer must not throw; what it leaves, the driver frees with the accelerator.
        if (disposing) CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.FreeHostMemory(memory));
    }
}
