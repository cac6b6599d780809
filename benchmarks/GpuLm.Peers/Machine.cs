using System.Reflection;
using System.Runtime.InteropServices;

namespace GpuLm.Peers;

/// <summary>Where and with what a table was made.</summary>
sealed record Machine(string Processor, int Threads, string Runtime, string Peer, string Commit, string Date, string Command)
{
    public static Machine Describe(int threads, string peer) => new(
        ProcessorName(), threads, $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}", peer,
        // The SDK appends the commit to the version.
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+').Last(),
        DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm'Z'", null), "GpuLm.Peers " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1)));

    public override string ToString() => $"{Processor}, {Threads} threads. {Runtime}. {Peer}. Commit {Commit}, {Date}, `{Command}`.";

    static string ProcessorName() =>
        File.Exists("/proc/cpuinfo")
            && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]
            : RuntimeInformation.ProcessArchitecture.ToString();
}
