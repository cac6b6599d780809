using System.Globalization;
using System.Numerics;
using GpuLm.Kernels.Common;

namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>
/// Products that one configuration serves: the same operand formats and transposes, and sizes that round up to the same powers of two.
/// </summary>
/// <param name="Formats">Formats of the operands and of C: <c>bf16-bf16</c>, <c>bf16-fp32</c>, <c>tf32-fp32</c>.</param>
/// <param name="Layout">Which operands lie transposed: <c>NN</c>, <c>NT</c>, <c>TN</c>, <c>TT</c>.</param>
/// <param name="M">Rows of C, rounded up.</param>
/// <param name="N">Columns of C, rounded up.</param>
/// <param name="K">Terms of each sum, rounded up.</param>
public readonly record struct ProductClass(string Formats, string Layout, int M, int N, int K)
{
    /// <summary>The class of a product on tensor cores, whose fp32 operands are rounded to tf32.</summary>
    public static ProductClass Of(NumberFormat operands, NumberFormat c, MatMulShape shape)
    {
        string formats = (operands, c) switch
        {
            (NumberFormat.Bf16, NumberFormat.Bf16) => "bf16-bf16",
            (NumberFormat.Bf16, _) => "bf16-fp32",
            _ => "tf32-fp32",
        };
        string layout = (shape.TransposeA ? "T" : "N") + (shape.TransposeB ? "T" : "N");
        return new(formats, layout, RoundUp(shape.M), RoundUp(shape.N), RoundUp(shape.K));
    }

    /// <summary>As it stands in a file: <c>bf16-bf16 NN 32768 4096 1024</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Formats} {Layout} {M} {N} {K}");

    static int RoundUp(int size) => (int)Math.Min(1u << 30, BitOperations.RoundUpToPowerOf2((uint)size));
}
