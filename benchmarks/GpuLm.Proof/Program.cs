using GpuLm.Proof;

return ProofCommand.Run(args, Console.Out, Console.Error);
