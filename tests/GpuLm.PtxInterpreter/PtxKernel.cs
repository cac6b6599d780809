using System.Runtime.ExceptionServices;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter;

/// <summary>A kernel of a module.</summary>
public sealed unsafe class PtxKernel
{
    readonly KernelProgram _program;
    readonly ModuleVariables _variables;

    internal PtxKernel(KernelProgram program, IReadOnlyList<PtxParameter> parameters, int staticSharedBytes,
        (int X, int Y, int Z)? maxThreads, ModuleVariables variables)
    {
        (_program, Parameters, StaticSharedBytes, MaxThreads) = (program, parameters, staticSharedBytes, maxThreads);
        _variables = variables;
    }

    /// <summary>Its name in the PTX text.</summary>
    public string Name => _program.Name;

    /// <summary>Its parameters in order.</summary>
    public IReadOnlyList<PtxParameter> Parameters { get; }

    /// <summary>The size of the parameter block.</summary>
    public int ParameterBytes => _program.ParameterBytes;

    /// <summary>Bytes of shared memory that it declares.</summary>
    public int StaticSharedBytes { get; }

    /// <summary>The most threads that a block may have in each direction, where the kernel says so.</summary>
    public (int X, int Y, int Z)? MaxThreads { get; }

    /// <summary>Runs every block of the grid that is not left out, and returns when all are done.</summary>
    /// <exception cref="PtxFault">The kernel did something that a GPU would not bear or does not define.</exception>
    public void Launch(PtxLaunch launch)
    {
        ArgumentNullException.ThrowIfNull(launch);
        Check(launch);
        var global = new GlobalMemory(launch.Memory.Concat(_program.ModuleMemory));
        int blocks = checked(launch.Grid.X * launch.Grid.Y * launch.Grid.Z);
        int workers = Math.Clamp(launch.Workers, 1, blocks);
        int next = launch.SkippedBlocks - 1;
        PtxFault? fault = null;
        fixed (byte* parameters = launch.Parameters)
        {
            nint parameterBlock = (nint)parameters;
            if (workers == 1) Work();
            else Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ => Work());

            void Work()
            {
                using var block = new ThreadBlock(_program, launch, global, (byte*)parameterBlock);
                try
                {
                    for (int i; Volatile.Read(ref fault) is null && (i = Interlocked.Increment(ref next)) < blocks;)
                    {
                        block.Run((i % launch.Grid.X, i / launch.Grid.X % launch.Grid.Y, i / launch.Grid.X / launch.Grid.Y));
                    }
                }
                catch (PtxFault found)
                {
                    Interlocked.CompareExchange(ref fault, found, null);
                }
                if (launch.Counters is { } counters && block.Counts is { } counts) Count(counters, counts);
            }
        }
        GC.KeepAlive(_variables);
        if (fault is not null) ExceptionDispatchInfo.Throw(fault);
    }

    void Count(PtxCounters counters, long[] counts)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0) counters.Add(_program.Instructions[i].Opcode, counts[i]);
        }
    }

    void Check(PtxLaunch launch)
    {
        var ((gx, gy, gz), (bx, by, bz)) = (launch.Grid, launch.Block);
        if (gx < 1 || gy < 1 || gz < 1) throw Refused($"a grid of {launch.Grid} blocks");
        if (gy > 65535 || gz > 65535) throw Refused($"a grid of {launch.Grid} blocks: the second and third sizes end at 65535");
        if (bx < 1 || by < 1 || bz < 1 || (long)bx * by * bz > 1024)
        {
            throw Refused($"a block of {launch.Block} threads: 1 to 1024 are possible");
        }
        if (MaxThreads is var (mx, my, mz) && (long)bx * by * bz > (long)mx * my * mz)
        {
            throw Refused($"a block of {launch.Block} threads: the kernel allows {mx * my * mz}");
        }
        if (launch.Parameters.Length < ParameterBytes)
        {
            throw Refused($"a parameter block of {launch.Parameters.Length} bytes: the kernel's has {ParameterBytes}");
        }
    }

    PtxFault Refused(string what) => new($"the launch asks for {what}", Name, 0, "");
}
