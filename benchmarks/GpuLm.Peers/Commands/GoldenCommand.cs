using System.CommandLine;
using System.Globalization;
using GpuLm.Devices;
using GpuLm.Peers.Torch;
using GpuLm.Tests.Golden;

namespace GpuLm.Peers.Commands;

/// <summary><c>golden</c>: writes PyTorch's results for small models, or holds GpuLm's to PyTorch's.</summary>
static class GoldenCommand
{
    public static Command Create()
    {
        var write = new Option<DirectoryInfo>("--write")
        {
            Description = "Folder for the golden files of the small models, round.json and odd.json.",
        };
        var compare = new Option<bool>("--compare") { Description = "Runs both sides on the small models and GPT-2 124M." };
        var only = new Option<string?>("--only") { Description = "Compares only this model: round, odd or 124M." };
        var device = new Option<string>("--device")
        {
            Description = "GpuLm's device: auto, cpu, opencl[:i] or cuda[:i].",
            DefaultValueFactory = _ => "cpu",
        };
        var threads = CommonOptions.Threads();
        var command = new Command("golden", "Compares logits, loss, gradients and ten AdamW steps with PyTorch's.")
        {
            write, compare, only, device, threads,
        };
        command.SetAction(result =>
        {
            TorchLibrary.Open(result.GetValue(threads));
            if (result.GetValue(write) is { } folder) Write(folder);
            return !result.GetValue(compare) || Compare(result.GetValue(only), result.GetValue(device)!, result.GetValue(threads)) ? 0 : 1;
        });
        return command;
    }

    static void Write(DirectoryInfo folder)
    {
        folder.Create();
        foreach (var workload in Workload.Golden)
        {
            string path = Path.Combine(folder.FullName, workload.Name + ".json");
            TorchGolden.Make(workload).Write(path);
            Console.WriteLine($"{path}: {new FileInfo(path).Length / 1024} KiB");
        }
    }

    static bool Compare(string? only, string deviceName, int threads)
    {
        using var catalog = new DeviceCatalog();
        using var device = catalog.Open(deviceName, threads);
        Console.WriteLine(
            $"GpuLm on {device}, {TorchLibrary.Versions}. "
            + "Largest errors, measured from PyTorch's float64. The budget is four times PyTorch's own float32 error, "
            + "or 16 u of the tensor's largest element.");
        bool holds = true;
        foreach (var workload in only is null ? [.. Workload.Golden, Workload.Gpt2] : (IEnumerable<Workload>)[Workload.Named(only)])
        {
            var golden = TorchGolden.Make(workload);
            var deviations = GoldenComparison.Compare(golden, GoldenGpt.Run(device, golden));
            Console.WriteLine();
            Console.WriteLine($"| {workload.Name} | GpuLm's error | PyTorch's float32 error | budget | GpuLm's error / budget |");
            Console.WriteLine("|---|---:|---:|---:|---:|");
            foreach (var d in deviations)
            {
                string verdict = d.Holds ? "" : " FAILS";
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {d.Name} | {d.Error:g3} | {d.PeerError:g3} | {d.Budget:g3} | {d.Error / d.Budget:f2}{verdict} |"));
            }
            holds &= deviations.All(d => d.Holds);
        }
        return holds;
    }
}
