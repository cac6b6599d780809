using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace GpuLm.Peers.Commands;

/// <summary><c>memory</c>: a side trains alone in this process; the peak resident memory of its steps is printed.</summary>
static class MemoryCommand
{
    const int Steps = 3;

    public static Command Create()
    {
        var side = new Option<string>("--side") { Description = string.Join(" or ", Sides.Names) + ".", Required = true };
        var workload = new Option<string>("--workload")
        {
            Description = "124M, 10.8M or 0.9M.",
            DefaultValueFactory = _ => Workload.Gpt2.Name,
        };
        var threads = CommonOptions.Threads();
        var command = new Command("memory", "Prints the peak resident bytes of a process while one side makes three training steps.")
        {
            side, workload, threads,
        };
        command.SetAction(result =>
        {
            var work = Workload.Named(result.GetValue(workload)!);
            using var trainee = Sides.Create(result.GetValue(side)!, work, result.GetValue(threads));
            PeakMemory.Reset();
            for (int step = 0; step < Steps; step++)
            {
                var (inputs, targets) = work.BatchOf(step);
                trainee.Step(inputs, targets);
            }
            Console.WriteLine(PeakMemory.Of(Environment.ProcessId));
        });
        return command;
    }

    /// <summary>The peak of a process of its own.</summary>
    public static long PeakOf(string side, Workload workload, int threads)
    {
        string program = Environment.ProcessPath!;
        List<string> arguments =
            ["memory", "--side", side, "--workload", workload.Name, "--threads", threads.ToString(CultureInfo.InvariantCulture)];
        // `dotnet GpuLm.Peers.dll` has the library as its first argument.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") arguments.Insert(0, typeof(MemoryCommand).Assembly.Location);
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new GpuLmException($"The memory of {side} could not be measured: its process ended with {process.ExitCode}.");
        }
        return long.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture);
    }
}
