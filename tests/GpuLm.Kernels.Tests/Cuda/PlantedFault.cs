using System.Text.RegularExpressions;
using GpuLm.Kernels.Common;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>Faults in the PTX of a product's kernel, for tests that ask whether they are noticed.</summary>
static class PlantedFault
{
    /// <summary>The text with the first match, or the one after some, replaced.</summary>
    public static string Plant(string ptx, Regex pattern, MatchEvaluator replacement, int skip = 0)
    {
        int seen = 0;
        string faulty = pattern.Replace(ptx, match => seen++ == skip ? replacement(match) : match.Value);
        Assert.NotEqual(ptx, faulty);
        return faulty;
    }

    /// <summary>Makes a product by faulty kernels and compares it with the oracle.</summary>
    public static void Multiply(Func<string, string> sabotage, int major, int m, int n, int k, string configuration)
    {
        using var device = InterpretedCuda.Open(major, sabotage: sabotage);
        using var product = new TensorCoreCase(device, m, n, k, transposeA: false, transposeB: false, NumberFormat.Bf16);
        using var result = new TensorCoreResult(product, NumberFormat.Fp32);
        new MatMul.MatMul(device, configuration: configuration).Multiply(product.A, product.B, product.Shape, result.Tensor);
        result.Check(product.Expected(), "product");
    }
}
