using System.Text.RegularExpressions;
using GpuLm.PtxInterpreter;
using Xunit;
using static GpuLm.Kernels.Tests.Cuda.PlantedFault;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>Faults planted in the PTX of a tile's kernel: each must be caught, by the oracle or by the interpreter's checks.</summary>
public partial class TensorCoreSabotageTests
{
    // The main loop's barrier, the one behind it, and the one between the sums' way into shared memory and out of it.
    const int Barriers = 3;

    [Fact]
    public void The_kernel_as_it_is_passes() => Run(ptx => ptx);

    [Fact]
    public void Sabotage_swapped_registers_of_a_fragment_are_caught() => AssertWrongResult(
        ptx => Plant(ptx, LoadMatrices(), match => $"{match.Groups[1]}{{{match.Groups[3]}, {match.Groups[2]}, {match.Groups[4]}}}"));

    [Fact]
    public void Sabotage_a_matrix_that_is_not_transposed_is_caught() => AssertWrongResult(
        ptx => Plant(ptx, Transposed(), _ => "ldmatrix.sync.aligned.m8n8.x4.shared"));

    [Fact]
    public void Sabotage_a_missing_product_is_caught() => AssertWrongResult(ptx => Plant(ptx, MultiplyAdd(), _ => ""));

    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void Sabotage_a_missing_barrier_is_a_race(int barrier)
    {
        var fault = Assert.Throws<PtxFault>(() => Run(ptx =>
        {
            Assert.Equal(Barriers, Barrier().Count(ptx));
            return Plant(ptx, Barrier(), _ => "", barrier);
        }));
        Assert.Contains("race", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sabotage_copies_that_nobody_waits_for_are_a_race()
    {
        var fault = Assert.Throws<PtxFault>(() => Run(ptx => Plant(ptx, WaitForCopies(), _ => "cp.async.wait_group 8;")));
        Assert.Contains("race", fault.Message, StringComparison.Ordinal);
    }

    static void AssertWrongResult(Func<string, string> sabotage) => Assert.Throws<Xunit.Sdk.FailException>(() => Run(sabotage));

    /// <summary>One tile with several parts of K.</summary>
    static void Run(Func<string, string> sabotage) => Multiply(sabotage, major: 8, 64, 64, 320, "64x64");

    [GeneratedRegex(@"(ldmatrix[^{]*)\{(%wa\d+), (%wa\d+), (%wa\d+, %wa\d+)\}")]
    private static partial Regex LoadMatrices();

    [GeneratedRegex(@"ldmatrix\.sync\.aligned\.m8n8\.x4\.trans\.shared")]
    private static partial Regex Transposed();

    [GeneratedRegex(@"mma\.sync[^;]*;")]
    private static partial Regex MultiplyAdd();

    [GeneratedRegex(@"bar\.sync[^;]*;")]
    private static partial Regex Barrier();

    [GeneratedRegex(@"cp\.async\.wait_group [12];")]
    private static partial Regex WaitForCopies();
}
