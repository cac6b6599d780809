using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GpuLm.Kernels.Common;
using GpuLm.Kernels.Cuda;
using GpuLm.PtxInterpreter;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace GpuLm.TestKit;

/// <summary>
/// A CUDA device without a GPU: kernels are compiled to the PTX that an NVIDIA driver would get, and an interpreter executes it on host
/// memory. A launch may touch only the views that it was given and the operands of its tensor maps; races in shared memory are faults.
/// </summary>
public sealed class InterpretedCuda : IKernelLoader, ITensorMapEncoder
{
    /// <summary>What a kernel can declare by itself; only dynamic shared memory goes beyond.</summary>
    const int StaticSharedBytes = 48 * 1024;

    static readonly Dictionary<(MethodInfo Kernel, string Architecture), PtxKernel> Parsed = [];

    readonly CudaTraits traits;
    readonly Func<string, string>? sabotage;
    readonly int lastGroups;
    readonly Dictionary<TensorMap, PtxMemoryRange> operands = [];

    InterpretedCuda(CudaTraits traits, Func<string, string>? sabotage, int lastGroups) =>
        (this.traits, this.sabotage, this.lastGroups) = (traits, sabotage, lastGroups);

    /// <summary>
    /// Opens a device, as a rule with few multiprocessors, so that small problems already spread over more groups than it has.
    /// </summary>
    /// <param name="major">First part of the compute capability that kernels are compiled for.</param>
    /// <param name="minor">Second part.</param>
    /// <param name="sabotage">Plants a fault in the text of every kernel; null for none.</param>
    /// <param name="multiprocessors">Its multiprocessors.</param>
    /// <param name="lastGroups">
    /// Of each launch only so many groups run, the last ones: large sizes then take no longer than small ones.
    /// </param>
    public static ComputeDevice Open(
        int major = 8, int minor = 0, Func<string, string>? sabotage = null, int multiprocessors = 6, int lastGroups = int.MaxValue)
    {
        // A group of an A100 can have 163 KB, of other Amperes and of Ada 99, of Hopper 227.
        int sharedKilobytes = (major, minor) switch { (9, _) => 227, (8, 0) => 163, _ => 99 };
        var traits = new CudaTraits(
            major, minor, multiprocessors, MaxGroupSize: 1024, sharedKilobytes * 1024, $"PTX interpreter {major}.{minor}");
        // The context lives as long as the process: the test kit keeps its devices open.
        var memory = Context.Create(builder => builder.CPU()).CreateCPUAccelerator(0, CPUAcceleratorMode.Sequential);
        return new ComputeDevice(memory, new InterpretedCuda(traits, sabotage, lastGroups), traits);
    }

    /// <inheritdoc/>
    public TLauncher Load<TLauncher>(MethodInfo kernel) where TLauncher : Delegate
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var ptx = Parse(kernel);
        var arguments = typeof(TLauncher).GetMethod("Invoke")!.GetParameters().Select(p => Expression.Parameter(p.ParameterType)).ToArray();
        var launch = Expression.Variable(typeof(Launch));
        var newLaunch = Expression.New(typeof(Launch).GetConstructors().Single(), Expression.Constant(this), Expression.Constant(ptx));
        var body = new List<Expression> { Expression.Assign(launch, newLaunch) };
        body.AddRange(arguments[2..].Select(argument => Add(launch, argument)));
        body.Add(Expression.Call(launch, nameof(Launch.Run), null, arguments[1]));
        return Expression.Lambda<TLauncher>(Expression.Block([launch], body), arguments).Compile();
    }

    /// <inheritdoc/>
    public TensorMap Encode(TensorMapShape shape)
    {
        bool isBatch = shape.Matrices > 1;
        long rowBytes = (long)shape.Leading * sizeof(ushort), matrixBytes = shape.Stride * sizeof(ushort);
        var map = MemoryMarshal.Read<TensorMap>(new PtxTensorMap
        {
            ElementBytes = sizeof(ushort), Address = shape.Address, Swizzle = PtxSwizzle.Bytes128,
            Dimensions = isBatch ? [shape.Columns, shape.Rows, shape.Matrices] : [shape.Columns, shape.Rows],
            Strides = isBatch ? [rowBytes, matrixBytes] : [rowBytes],
            Box = isBatch ? [shape.BoxColumns, shape.BoxRows, 1] : [shape.BoxColumns, shape.BoxRows],
        }.Encode());
        operands[map] = new(
            shape.Address, (shape.Matrices - 1) * matrixBytes + (shape.Rows - 1) * rowBytes + shape.Columns * sizeof(ushort));
        return map;
    }

    static MethodCallExpression Add(ParameterExpression launch, ParameterExpression argument)
    {
        bool isView = argument.Type.IsGenericType && argument.Type.GetGenericTypeDefinition() == typeof(ArrayView<>);
        return isView
            ? Expression.Call(launch, nameof(Launch.AddView), argument.Type.GetGenericArguments(), argument)
            : Expression.Call(launch, nameof(Launch.AddValue), [argument.Type], argument);
    }

    PtxKernel Parse(MethodInfo kernel)
    {
        if (sabotage is not null)
        {
            return PtxModule.Parse(sabotage(CudaCompiler.Compile(kernel, traits.Major, traits.Minor))).Kernels.Single();
        }
        lock (Parsed)
        {
            var key = (kernel, traits.Architecture);
            if (!Parsed.TryGetValue(key, out var parsed))
            {
                parsed = PtxModule.Parse(CudaCompiler.Compile(kernel, traits.Major, traits.Minor)).Kernels.Single();
                Parsed.Add(key, parsed);
            }
            return parsed;
        }
    }

    /// <summary>One launch while its parameter block is filled: a view is a pointer and a length, everything else its own bytes.</summary>
    sealed class Launch(InterpretedCuda device, PtxKernel kernel)
    {
        readonly byte[] parameters = new byte[kernel.ParameterBytes];
        readonly List<PtxMemoryRange> memory = [];
        int next;

        public unsafe void AddView<T>(ArrayView<T> view) where T : unmanaged
        {
            nint start = view.Length == 0 ? 0 : (nint)Unsafe.AsPointer(ref view[0]);
            if (view.Length > 0) memory.Add(new(start, view.LengthInBytes));
            if (typeof(T) == typeof(TensorMapPart)) memory.Add(device.operands[*(TensorMap*)start]);
            AddValue((start, view.Length));
        }

        public void AddValue<T>(T value) where T : unmanaged
        {
            var parameter = kernel.Parameters[next++];
            if (Unsafe.SizeOf<T>() != parameter.Bytes)
            {
                throw new InvalidOperationException(
                    $"{kernel.Name} takes {parameter.Bytes} bytes for {parameter.Name}; {typeof(T)} has {Unsafe.SizeOf<T>()}.");
            }
            MemoryMarshal.Write(parameters.AsSpan(parameter.Offset), in value);
        }

        public void Run(KernelConfig config)
        {
            int dynamic = config.SharedMemoryConfig.ArraySize, shared = kernel.StaticSharedBytes + dynamic;
            if (shared > (dynamic == 0 ? StaticSharedBytes : device.traits.SharedBytes))
            {
                throw new InvalidOperationException(
                    $"{kernel.Name} asks for {shared} bytes of shared memory, more than {device.traits.Name} gives a group.");
            }
            if (next != kernel.Parameters.Count)
            {
                throw new InvalidOperationException($"{kernel.Name} takes {kernel.Parameters.Count} parameters, not {next}.");
            }
            kernel.Launch(new PtxLaunch
            {
                Grid = (config.GridDim.X, config.GridDim.Y, config.GridDim.Z),
                Block = (config.GroupDim.X, config.GroupDim.Y, config.GroupDim.Z),
                DynamicSharedBytes = config.SharedMemoryConfig.ArraySize, Parameters = parameters, Memory = memory,
                WarpOrderSeed = TestRandom.Seed, SkippedBlocks = Math.Max(0, checked((int)config.GridDim.LongSize) - device.lastGroups),
            });
        }
    }
}
