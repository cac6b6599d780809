using System.Runtime.InteropServices;
using GpuLm.Devices.Instruments;

namespace GpuLm.Devices;

/// <summary>The name of the host's processor.</summary>
static class HostProcessor
{
    /// <summary>
    /// The model's name. Virtual machines often have one without a number, which processors of several generations share, with peaks far
    /// apart: family and model then tell them apart, <c>AMD EPYC family 25 model 17</c>.
    /// </summary>
    /// <param name="root">Where <c>proc</c> lies.</param>
    public static string Name(string root = "/")
    {
        var files = new HostFiles(root);
        var facts = files.Lines("proc/cpuinfo").TakeWhile(line => line.Length > 0).Select(line => line.Split(':', 2))
            .Where(parts => parts.Length == 2).DistinctBy(parts => parts[0].Trim())
            .ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim());
        if (!facts.TryGetValue("model name", out string? name))
        {
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? $"{RuntimeInformation.ProcessArchitecture} processor";
        }
        bool numbered = name.Any(char.IsAsciiDigit);
        return !numbered && facts.TryGetValue("cpu family", out string? family) && facts.TryGetValue("model", out string? model)
            ? $"{name} family {family} model {model}"
            : name;
    }
}
