using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Tensors;

/// <summary>Copies of tensors in either format between the device and the host, where numbers are fp32.</summary>
static class TensorCopies
{
    /// <summary>A tensor's numbers.</summary>
    public static float[] Read(this ComputeDevice device, Tensor tensor)
    {
        var values = new float[tensor.Length];
        if (tensor.Format == NumberFormat.Fp32)
        {
            device.Download(tensor.AsFp32(), values);
            return values;
        }
        var rounded = new BFloat16[tensor.Length];
        device.Download(tensor.AsBf16(), rounded);
        for (int i = 0; i < rounded.Length; i++) values[i] = rounded[i].ToSingle();
        return values;
    }

    /// <summary>Overwrites a tensor; bf16 takes the nearest numbers.</summary>
    public static void Write(this ComputeDevice device, ReadOnlySpan<float> values, Tensor tensor)
    {
        if (tensor.Format == NumberFormat.Fp32)
        {
            device.Upload(values, tensor.AsFp32());
            return;
        }
        var rounded = new BFloat16[values.Length];
        for (int i = 0; i < rounded.Length; i++) rounded[i] = BFloat16.FromSingle(values[i]);
        device.Upload<BFloat16>(rounded, tensor.AsBf16());
    }
}
