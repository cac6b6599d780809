using System.CommandLine;
using GpuLm.Peers;
using GpuLm.Peers.LlmC;

var root = new RootCommand("Compares GpuLm with software that its authors did not write: PyTorch's CPU library and llm.c.")
{
    MatMulCommand.Create(),
    StepCommand.Create(),
    MemoryCommand.Create(),
    GoldenCommand.Create(),
    LlmCCommand.Create(),
};
return root.Parse(args).Invoke();
