using System.CommandLine;
using GpuLm;
using GpuLm.Devices;
using GpuLm.Peers.Commands;

const int failure = 1, usage = 2;
var root = new RootCommand("Compares GpuLm with software that its authors did not write: PyTorch's CPU library and llm.c.")
{
    MemoryCommand.Create(),
    GoldenCommand.Create(),
    LlmCCommand.Create(),
};
foreach (var command in SuiteCommand.Create()) root.Subcommands.Add(command);
var parsed = root.Parse(args);
try
{
    int status = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? usage : status;
}
catch (Exception e) when (e is GpuLmException or DeviceNotFoundException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return failure;
}
