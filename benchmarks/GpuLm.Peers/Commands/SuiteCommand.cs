using System.CommandLine;
using System.ComponentModel;
using GpuLm.Bench;
using GpuLm.Bench.Results;
using GpuLm.Devices;

namespace GpuLm.Peers.Commands;

/// <summary>
/// <c>all</c>, and its parts <c>matmul</c> and <c>step</c>: times what both sides compute equally. It exits with 1 where a result was
/// wrong.
/// </summary>
static class SuiteCommand
{
    public static IEnumerable<Command> Create()
    {
        yield return Create("all", "Compares operations and whole training steps.", new PeerParts(Operators: true, Steps: true));
        yield return Create("matmul", "Compares fp32 matrix products.", new PeerParts(Operators: true, Steps: false, "MatMul"));
        yield return Create("step", "Compares whole fp32 training steps.", new PeerParts(Operators: false, Steps: true));
    }

    static Command Create(string name, string description, PeerParts parts)
    {
        Option<bool> quick = new("--quick") { Description = "Fewer cases and rounds: minutes." };
        Option<bool> tiny = new("--tiny") { Description = "Tiny sizes: shows that everything works, the figures mean nothing." };
        Option<string?> only = new("--only") { Description = "Only cases whose name contains this, such as 'MatMul NT 256 x' or '10.8M'." };
        Option<string> selector = new("--device") { Description = "The CPU: these peers have no other.", DefaultValueFactory = _ => "cpu" };
        Option<DirectoryInfo?> output = new("--out") { Description = "Folder for peers.json." };
        var (threads, llmC) = (CommonOptions.Threads(), CommonOptions.LlmC());
        var command = new Command(name, description) { quick, tiny, only, selector, threads, llmC, output };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            parsed.GetValue(selector)!, parsed.GetValue(tiny) ? Effort.Tiny : parsed.GetValue(quick) ? Effort.Quick : Effort.Full,
            parsed.GetValue(threads), parts with { Only = parsed.GetValue(only) ?? parts.Only, LlmC = parsed.GetValue(llmC) },
            parsed.GetValue(output), cancellation)));
        return command;
    }

    static int Run(
        string selector, Effort effort, int threads, PeerParts parts, DirectoryInfo? output, CancellationToken cancellation)
    {
        using var catalog = new DeviceCatalog();
        var device = catalog.Select(selector);
        if (device.Kind != DeviceKind.Cpu)
        {
            throw new GpuLmException(
                $"{device} has no peer here: these are CPU libraries. Take --device cpu; for a GPU there is benchmarks/GpuProof.");
        }
        if (output is not null && effort != Effort.Tiny) RequireClean();
        string command = "GpuLm.Peers " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1));
        var result = PeerSuite.Run(
            new BenchOptions(catalog, device, effort, command, Console.Error.WriteLine, cancellation), threads, parts);
        if (output is not null) SuiteFile.Write(output.FullName, result);
        foreach (var section in result.Sections) Console.WriteLine(Markdown(section));
        return result.Rows.Any(row => row.Refused) ? 1 : 0;
    }

    /// <summary>A container that has libtorch's libraries need not have git; whoever starts it can look at the work tree outside.</summary>
    static void RequireClean()
    {
        try
        {
            EnvironmentProbe.RequireClean();
        }
        catch (GpuLmException e) when (e.InnerException is Win32Exception)
        {
            Console.Error.WriteLine($"The state of the work tree is not known: {e.Message}");
        }
    }

    static string Markdown(Section section) => string.Join('\n', (string[])
    [
        section.Text, "",
        Line(section.Table!.Columns.Select(column => column.TrimStart('>'))),
        Line(section.Table.Columns.Select(column => column.StartsWith('>') ? "---:" : "---")),
        .. section.Table.Rows.Select(Line),
    ]);

    static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
