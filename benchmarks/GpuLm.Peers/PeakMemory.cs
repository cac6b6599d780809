using System.Globalization;

namespace GpuLm.Peers;

/// <summary>The largest resident memory that a process ever had, VmHWM in /proc.</summary>
static class PeakMemory
{
    // proc(5): writing 5 sets VmHWM to the present resident memory.
    const string ResetFile = "/proc/self/clear_refs", ResetPeak = "5";

    /// <summary>Begins anew: what this process needed before, to make weights for instance, no longer counts.</summary>
    public static void Reset()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (File.Exists(ResetFile)) File.WriteAllText(ResetFile, ResetPeak);
    }

    /// <returns>Bytes; 0 where the operating system does not tell.</returns>
    public static long Of(int processId)
    {
        string path = $"/proc/{processId}/status";
        if (!File.Exists(path)) return 0;
        string? line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null
            ? 0
            : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
