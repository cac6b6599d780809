using System.Diagnostics;
using GpuLm.Bench;
using GpuLm.Bench.Results;
using GpuLm.Devices;

namespace GpuLm.Benchmarks.Commands;

/// <summary>
/// The suite <c>peers</c>, a program of its own: other software brings libraries that need not load everywhere, and threads that spin. It
/// writes its result itself; where it cannot, a result that says why takes the place.
/// </summary>
/// <param name="bench">What is measured.</param>
/// <param name="folder">Of the results.</param>
/// <param name="llmC">A checkout of llm.c, or null.</param>
sealed class PeersProcess(BenchOptions bench, string folder, DirectoryInfo? llmC)
{
    /// <summary>Names a command in front of the program: it starts what follows where the libraries are to be had.</summary>
    public const string Via = "GPULM_PEERS_VIA";

    const string Project = "benchmarks/GpuLm.Peers";

    /// <summary>Starts the program, waits for it and passes its lines on.</summary>
    /// <returns>Whether it succeeded.</returns>
    public bool Run()
    {
        string result = SuiteFile.PathIn(folder, "peers");
        Directory.CreateDirectory(folder);
        File.Delete(result);
        string? reason = bench.Device.Kind == DeviceKind.Cpu ? Start() : "they are CPU libraries; a GPU's peers are in benchmarks/GpuProof";
        if (reason is null) return true;
        // What was refused is in the result that the program wrote.
        if (File.Exists(result)) return false;
        bench.Progress($"Peers were not measured: {reason}.");
        using var device = bench.Open();
        var environment = EnvironmentProbe.Begin(bench, device, DeviceProbe.Measure(device));
        SuiteFile.Write(folder, new SuiteResult("peers", environment, [], [new Section("Peers", $"Not measured: {reason}.")]));
        return bench.Device.Kind != DeviceKind.Cpu;
    }

    /// <summary>The words of the command.</summary>
    public IReadOnlyList<string> Command(string? via)
    {
        string[] effort = bench.Effort switch { Effort.Tiny => ["--tiny"], Effort.Quick => ["--quick"], _ => [] };
        return
        [
            .. via?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [], "dotnet", "run", "-c", "Release", "--project",
            Path.Combine(Root(), Project), "--", "all", .. effort, "--device", bench.Device.Id, "--out", Relative(folder),
            .. llmC is null ? (string[])[] : ["--llmc", Relative(llmC.FullName)],
        ];
    }

    /// <summary>As seen from the current folder: the command is kept with the result, and is to mean the same elsewhere.</summary>
    static string Relative(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path);

    /// <summary>Why it failed; null where it did not.</summary>
    string? Start()
    {
        var words = Command(Environment.GetEnvironmentVariable(Via));
        var start = new ProcessStartInfo(words[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in words.Skip(1)) start.ArgumentList.Add(word);
        string last = "it said nothing";
        try
        {
            using var process = new Process { StartInfo = start };
            process.OutputDataReceived += (_, line) => Pass(line.Data);
            process.ErrorDataReceived += (_, line) => Pass(line.Data);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            using var stop = bench.Cancellation.Register(() => process.Kill(entireProcessTree: true));
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"the program ended with {process.ExitCode}: {last}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"'{words[0]}' could not be started: {e.Message}";
        }

        void Pass(string? line)
        {
            if (string.IsNullOrWhiteSpace(line)) return;
            last = line.Trim();
            bench.Progress(line);
        }
    }

    /// <summary>The work tree that holds this program; a packed program has none.</summary>
    static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GpuLm.sln"))) return folder.FullName;
        }
        throw new GpuLmException($"The peers are built from source, and no folder above {AppContext.BaseDirectory} holds GpuLm.sln.");
    }
}
