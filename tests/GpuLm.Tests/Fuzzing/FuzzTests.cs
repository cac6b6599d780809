using Xunit;

namespace GpuLm.Tests.Fuzzing;

/// <summary>
/// Readers of files from outside read what was damaged or refuse it with an exception that is for the user, in time and without
/// allocating what a file only claims. GPULM_FUZZ_SECONDS is the time for all targets together, GPULM_FUZZ_SEED chooses other cases.
/// </summary>
public sealed class FuzzTests
{
    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_damaged_file_is_read_or_refused(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);
        var (cases, finding) = Fuzzer.Run(target, Fuzzer.Seed, Fuzzer.Seconds / FuzzTargets.All.Count, Path.GetTempPath());
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {cases} cases with seed {Fuzzer.Seed}");
        Assert.True(finding is null, finding);
    }

    [Theory, MemberData(nameof(Names))]
    public void Valid_files_are_read(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);
        using var folder = new TemporaryFolder();
        foreach (byte[] seed in target.Seeds) target.Read(folder.Write(target.FileName, target.Complete(seed)));
    }

    [Fact]
    public void A_case_is_a_function_of_seed_and_number()
    {
        var target = FuzzTargets.All[0];
        for (int number = 0; number < 50; number++) Assert.Equal(Fuzzer.Case(target, 3, number), Fuzzer.Case(target, 3, number));
        Assert.NotEqual(Fuzzer.Case(target, 3, 49), Fuzzer.Case(target, 4, 49));
    }

    /// <summary>Sabotage: readers that crash, hang, or allocate what a file claims.</summary>
    [Fact]
    public void A_crash_a_hang_and_an_allocation_are_found()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("IndexOutOfRange", Finding(path => _ = "x"[File.ReadAllBytes(path).Length]), StringComparison.Ordinal);
        Assert.Contains("still reads", Finding(_ => Thread.Sleep(TimeSpan.FromSeconds(8))), StringComparison.Ordinal);
        Assert.Contains("allocated", Finding(_ => GC.KeepAlive(new byte[256 << 20])), StringComparison.Ordinal);
        Assert.Equal("", Finding(_ => throw new GpuLmException("damaged")));

        string Finding(Action<string> read) =>
            Fuzzer.Run(new("sabotage", "file", ["1234"u8.ToArray()], read), seed: 1, seconds: 0, folder.Path).Finding ?? "";
    }
}
