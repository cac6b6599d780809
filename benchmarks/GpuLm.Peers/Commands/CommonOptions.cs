using System.CommandLine;

namespace GpuLm.Peers.Commands;

/// <summary>Options that several commands have.</summary>
static class CommonOptions
{
    public static Option<int> Threads() =>
        new("--threads") { Description = "Threads of every side.", DefaultValueFactory = _ => Environment.ProcessorCount };

    public static Option<DirectoryInfo?> LlmC(string name = "--llmc") =>
        new(name) { Description = "A checkout of github.com/karpathy/llm.c, to time that too." };
}
