using System.CommandLine;
using System.Globalization;
using GpuLm.Peers.Torch;
using GpuLm.Tests.Golden;

namespace GpuLm.Peers;

/// <summary><c>golden</c>: writes PyTorch's results for small models, or holds GpuLm's to PyTorch's.</summary>
static class GoldenCommand
{
    public static Command Create()
    {
        var write = new Option<DirectoryInfo>("--write") { Description = "Folder for the golden files of the small models, round.json and odd.json." };
        var command = new Command("golden", "Compares logits, loss, gradients and ten AdamW steps with PyTorch's.") { write };
        command.SetAction(result =>
        {
            if (result.GetValue(write) is { } folder) Write(folder);
        });
        return command;
    }

    static void Write(DirectoryInfo folder)
    {
        folder.Create();
        foreach (var workload in Workload.Golden)
        {
            var golden = TorchGolden.Make(workload);
            string path = Path.Combine(folder.FullName, workload.Name + ".json");
            golden.Write(path);
            Console.WriteLine($"{path}: {new FileInfo(path).Length / 1024} KiB, losses {string.Join(' ', golden.Expected.Losses.Select(l => l.ToString("f4", CultureInfo.InvariantCulture)))}");
        }
    }
}
