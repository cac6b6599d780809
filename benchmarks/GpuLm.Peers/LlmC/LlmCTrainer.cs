using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuLm.Peers.LlmC;

/// <summary>
/// Runs llm.c's CPU trainer on a workload. Its program trains B 4, T 64 and nothing else, makes 10 steps before it begins to write samples,
/// and is stopped before that.
/// </summary>
sealed partial class LlmCTrainer : IDisposable
{
    const int StepsBeforeSamples = 10;
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gpulm-llmc-");
    readonly LlmCProgram program;
    readonly int threads;

    public LlmCTrainer(LlmCProgram program, Workload workload, int threads)
    {
        (this.program, this.threads) = (program, threads);
        LlmCFiles.Write(folder, workload);
    }

    /// <summary>One run: the seconds of its steps without the first, the first loss, and the peak resident memory in bytes.</summary>
    /// <exception cref="GpuLmException">The program ended too early.</exception>
    public (double[] Seconds, double FirstLoss, long PeakMemory) Run(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(steps, StepsBeforeSamples);
        // To a pipe the program would write in blocks of 4 KiB; stdbuf makes that lines.
        var start = new ProcessStartInfo("stdbuf", ["-oL", program.Path])
        {
            WorkingDirectory = folder.FullName, RedirectStandardOutput = true,
        };
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
                times.Add(Number(match.Groups[2]) / 1000);
            }
            return times.Count > steps
                ? ([.. times.Skip(1)], firstLoss, PeakMemory.Of(process.Id))
                : throw new GpuLmException($"{program.Path} ended after {times.Count} steps. Build it again: {LlmCProgram.Build}");
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    static double Number(Group group) => double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^step \d+: train loss (\S+) \(took (\S+) ms\)")]
    private static partial Regex StepLine();
}
