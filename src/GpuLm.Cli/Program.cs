using GpuLm.Cli;

return CommandLine.Run(args, Terminal.OfProcess());
