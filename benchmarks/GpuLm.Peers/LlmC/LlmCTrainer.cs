using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuLm.Peers.LlmC;

/// <summary>
/// Runs llm.c's CPU trainer, unchanged, on a workload. Its program trains B 4, T 64 and nothing else, makes 10 steps before it begins to
/// write samples, and is stopped before that.
/// </summary>
sealed partial class LlmCTrainer : IDisposable
{
    public const string Build = "gcc -Ofast -march=native -fopenmp -DOMP train_gpt2.c -lm -o train_gpt2";
    const int StepsBeforeSamples = 10;
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gpulm-llmc-");
    readonly string program;
    readonly int threads;

    /// <param name="checkout">A checkout of github.com/karpathy/llm.c.</param>
    /// <exception cref="FileNotFoundException">The checkout has no train_gpt2.c, or nothing could compile it.</exception>
    public LlmCTrainer(DirectoryInfo checkout, Workload workload, int threads)
    {
        this.threads = threads;
        program = Path.Combine(checkout.FullName, "train_gpt2");
        if (!File.Exists(program + ".c"))
        {
            throw new FileNotFoundException($"'{checkout}' is no checkout of github.com/karpathy/llm.c: it has no train_gpt2.c.");
        }
        if (!File.Exists(program)) Compile(checkout);
        LlmCFiles.Write(folder, workload);
    }

    /// <summary>One run: the milliseconds of its steps without the first, the first loss, and the peak resident memory in bytes.</summary>
    public (double[] Milliseconds, double FirstLoss, long PeakMemory) Run(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(steps, StepsBeforeSamples);
        // To a pipe the program would write in blocks of 4 KiB; stdbuf makes that lines.
        var start = new ProcessStartInfo("stdbuf", ["-oL", program]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        try
        {
            var times = new List<double>();
            double firstLoss = double.NaN;
            while (times.Count <= steps && process.StandardOutput.ReadLine() is { } line)
            {
                if (StepLine().Match(line) is not { Success: true } match) continue;
                if (times.Count == 0) firstLoss = Number(match.Groups[1]);
                times.Add(Number(match.Groups[2]));
            }
            if (times.Count <= steps) throw new InvalidOperationException($"{program} ended after {times.Count} steps.");
            return ([.. times.Skip(1)], firstLoss, PeakMemory.Of(process.Id));
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    static void Compile(DirectoryInfo checkout)
    {
        try
        {
            string[] words = Build.Split(' ');
            using var compiler = Process.Start(new ProcessStartInfo(words[0], words[1..]) { WorkingDirectory = checkout.FullName })!;
            compiler.WaitForExit();
            if (compiler.ExitCode == 0) return;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such compiler.
        }
        throw new FileNotFoundException($"'{checkout}' has no program train_gpt2, and here it could not be built. Build it there: {Build}");
    }

    static double Number(Group group) => double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^step \d+: train loss (\S+) \(took (\S+) ms\)")]
    private static partial Regex StepLine();
}
