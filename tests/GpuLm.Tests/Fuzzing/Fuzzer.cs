using System.Diagnostics;
using System.Globalization;

namespace GpuLm.Tests.Fuzzing;

/// <summary>Gives damaged files to a reader until the time is over.</summary>
static class Fuzzer
{
    const int LeastCases = 20;
    static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    /// <summary>Seconds for all targets together.</summary>
    public static double Seconds => Number("GPULM_FUZZ_SECONDS", 5);

    /// <summary>Seeds all cases.</summary>
    public static int Seed => (int)Number("GPULM_FUZZ_SEED", 1);

    /// <summary>Runs a target; a case is a function of seed and number. A file that finds something is kept.</summary>
    /// <returns>The number of cases, and what was found; nothing if all was well.</returns>
    public static (int Cases, string? Finding) Run(FuzzTarget target, int seed, double seconds, string keepIn)
    {
        using var folder = new TemporaryFolder();
        var clock = Stopwatch.StartNew();
        int number = 0;
        for (; number < LeastCases || clock.Elapsed.TotalSeconds < seconds; number++)
        {
            byte[] file = Case(target, seed, number);
            if (Try(target, folder.Write(target.FileName, file)) is { } fault)
            {
                string kept = Path.Combine(keepIn, $"gpulm-fuzz-{target.Name.Replace(' ', '-')}-{seed}-{number}");
                File.WriteAllBytes(kept, file);
                return (number, $"{target.Name}, seed {seed}, case {number}, kept as {kept}: {fault}");
            }
        }
        return (number, null);
    }

    /// <summary>A damaged file.</summary>
    public static byte[] Case(FuzzTarget target, int seed, int number)
    {
        // The valid files come first, as they are.
        byte[] part = number < target.Seeds.Count
            ? target.Seeds[number]
            : new Mutator(new Random(HashCode(seed, number)), target.Seeds, target.Words).Next();
        return target.Complete(part);
    }

    /// <summary>What is wrong with how a reader takes a file; nothing if it reads it or refuses it as it should.</summary>
    public static string? Try(FuzzTarget target, string path)
    {
        Exception? thrown = null;
        var reading = new Thread(() =>
        {
            try
            {
                target.Read(path);
            }
            catch (Exception e)
            {
                thrown = e;
            }
        })
        { IsBackground = true };
        long before = GC.GetTotalAllocatedBytes();
        reading.Start();
        if (!reading.Join(MostTime)) return $"it still reads after {MostTime.TotalSeconds} s";
        long allocated = GC.GetTotalAllocatedBytes() - before;
        if (allocated > target.MostAllocated) return $"it allocated {allocated} bytes";
        return thrown is null or GpuLmException or InvalidDataException ? null : thrown.ToString();
    }

    static int HashCode(int seed, int number) => unchecked((seed * 486187739) ^ (number * 16777619));

    static double Number(string variable, double otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
