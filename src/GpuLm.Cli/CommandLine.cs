using System.CommandLine;
using System.CommandLine.Help;
using GpuLm.Cli.Bench;
using GpuLm.Cli.Data;
using GpuLm.Cli.Evaluation;
using GpuLm.Cli.Generation;
using GpuLm.Cli.Tokenizing;
using GpuLm.Cli.Training.Arguments;
using GpuLm.Devices;

namespace GpuLm.Cli;

/// <summary>
/// The <c>gpulm</c> command. It exits with 0 when all went well, 1 after an error, 2 when the command line was wrong, 130 when Ctrl-C
/// stopped it, and 143 when SIGTERM did. An error is one message on the error stream, with its remedy and without a stack trace.
/// </summary>
static class CommandLine
{
    public const int Success = 0, Failure = 1, Usage = 2, Interrupted = 130, Terminated = 143;

    public static Command Create(Terminal terminal)
    {
        // A RootCommand would call itself by the assembly's name.
        var root = new Command("gpulm", "Trains GPT-2 style language models with kernels written once in C#, on CPU, OpenCL and CUDA.")
        {
            new HelpOption(), new VersionOption(),
        };
        root.Subcommands.Add(DevicesCommand.Create(terminal));
        root.Subcommands.Add(DataCommand.Create(terminal));
        root.Subcommands.Add(TokenizerCommand.Create(terminal));
        root.Subcommands.Add(new TrainCommand(terminal));
        root.Subcommands.Add(TuneCommand.Create(terminal));
        root.Subcommands.Add(GenerateCommand.Create(terminal));
        root.Subcommands.Add(EvaluateCommand.Create(terminal));
        root.Subcommands.Add(BenchCommand.Create(terminal));
        return root;
    }

    public static int Run(IReadOnlyList<string> args, Terminal terminal)
    {
        try
        {
            var (parsed, errors) = ConfiguredLine.Parse(Create(terminal), args.Count == 0 ? ["--help"] : args);
            if (errors.Count > 0)
            {
                foreach (string error in errors) terminal.Error.WriteLine($"error: {error}");
                terminal.Error.WriteLine($"'{FullName(parsed.CommandResult.Command)} --help' shows all options.");
                return Usage;
            }
            // Commands catch Ctrl-C themselves where there is something to save.
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            });
        }
        catch (Exception e) when (IsForTheUser(e))
        {
            terminal.Error.WriteLine($"error: {e.Message}");
            return Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            terminal.Error.WriteLine(
                $"error: {e.Message.TrimEnd('.')}. See that the file or folder exists, that you may read and write it, and that its disk "
                + "has space.");
            return Failure;
        }
    }

    /// <summary><c>gpulm bench project</c>.</summary>
    static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{FullName(parent)} {command.Name}" : command.Name;

    /// <summary>Whether an error's message tells the user what to do; any other error is ours, and keeps its stack trace.</summary>
    static bool IsForTheUser(Exception e) =>
        e is GpuLmException or DeviceNotFoundException or InvalidDataException;
}
