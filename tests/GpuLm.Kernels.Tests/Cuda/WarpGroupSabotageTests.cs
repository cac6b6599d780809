using System.Text.RegularExpressions;
using GpuLm.PtxInterpreter;
using Xunit;
using static GpuLm.Kernels.Tests.Cuda.PlantedFault;

namespace GpuLm.Kernels.Tests.Cuda;

/// <summary>
/// Faults planted in the PTX of the product by wgmma: each must be caught, by the oracle or by the interpreter's checks. The fences between
/// the ways to shared memory (fence.proxy, fence.mbarrier_init) are not among them: the interpreter does not model those ways.
/// </summary>
public partial class WarpGroupSabotageTests
{
    // In the order of the text: a try and a repeated one of who multiplies, for a full stage, and of who copies, for an empty one.
    const int FullWait = 0, EmptyWait = 2;

    [Fact]
    public void The_kernel_as_it_is_passes() => Run(ptx => ptx);

    [Theory, InlineData(FullWait), InlineData(EmptyWait)]
    public void Sabotage_a_stage_that_nobody_waits_for_is_caught(int wait) =>
        AssertFault("", ptx => Plant(ptx, Wait(), match => $"setp.eq.u32 {match.Groups[1]}, 0, 0;", wait));

    [Fact]
    public void Sabotage_a_stage_that_is_never_given_back_is_a_deadlock() => AssertFault("deadlock", ptx => Plant(ptx, Arrive(), _ => ""));

    [Fact]
    public void Sabotage_a_stage_of_which_too_few_bytes_are_expected_is_caught() => AssertFault(
        "", ptx => Plant(ptx, Expect(), match => match.Value.Replace(match.Groups[1].Value, "4096", StringComparison.Ordinal)));

    [Fact]
    public void Sabotage_a_missing_fence_of_the_sums_is_caught() => AssertFault("wgmma.fence", ptx => Plant(ptx, Fence(), _ => ""));

    [Fact]
    public void Sabotage_sums_that_nobody_waits_for_are_caught() => AssertWrongResult(ptx => Plant(ptx, WaitForAll(), _ => ""));

    [Theory, InlineData(0), InlineData(1)]
    public void Sabotage_a_wrong_swizzle_of_an_operand_is_caught(int operand) => AssertCaught(
        ptx => Plant(ptx, Descriptor(), match => Change(match, constant => constant ^ 3UL << 62), operand));

    [Theory, InlineData(0), InlineData(1)]
    public void Sabotage_a_wrong_stride_of_an_operand_is_caught(int operand) => AssertCaught(
        ptx => Plant(ptx, Descriptor(), match => Change(match, constant => constant ^ 0x60UL << 32), operand));

    [Fact]
    public void Sabotage_a_missing_product_is_caught() => AssertWrongResult(ptx => Plant(ptx, MultiplyAdd(), _ => ""));

    static string Change(Match match, Func<ulong, ulong> change)
    {
        ulong constant = ulong.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
        return match.Value.Replace(match.Groups[1].Value, $"0x{change(constant):X}", StringComparison.Ordinal);
    }

    static void AssertWrongResult(Func<string, string> sabotage) => Assert.Throws<Xunit.Sdk.FailException>(() => Run(sabotage));

    /// <summary>What is wrong with a descriptor may lead outside an operand, where copies are under way.</summary>
    static void AssertCaught(Func<string, string> sabotage) =>
        Assert.True(Record.Exception(() => Run(sabotage)) is Xunit.Sdk.FailException or PtxFault, "the fault passed unseen");

    static void AssertFault(string reason, Func<string, string> sabotage) =>
        Assert.Contains(reason, Assert.Throws<PtxFault>(() => Run(sabotage)).Message, StringComparison.Ordinal);

    /// <summary>One tile with more parts of K than stages.</summary>
    static void Run(Func<string, string> sabotage) => Multiply(sabotage, major: 9, 40, 80, 520, "wgmma-128x128");

    [GeneratedRegex(@"mbarrier\.try_wait\S+ (%p\d+),[^;]*;")]
    private static partial Regex Wait();

    [GeneratedRegex(@"mbarrier\.arrive\.shared[^;]*;")]
    private static partial Regex Arrive();

    [GeneratedRegex(@"mbarrier\.arrive\.expect_tx[^;]*, (%r\d+);")]
    private static partial Regex Expect();

    [GeneratedRegex(@"wgmma\.fence[^;]*;")]
    private static partial Regex Fence();

    [GeneratedRegex(@"wgmma\.wait_group\.sync\.aligned 0;")]
    private static partial Regex WaitForAll();

    [GeneratedRegex(@"or\.b64\s+%rd\d+, %rd\d+, (46116\d+);")]
    private static partial Regex Descriptor();

    [GeneratedRegex(@"wgmma\.mma_async[^;]*;")]
    private static partial Regex MultiplyAdd();
}
