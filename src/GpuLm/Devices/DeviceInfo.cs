namespace GpuLm.Devices;

/// <summary>The back end that drives a device.</summary>
public enum DeviceKind
{
    /// <summary>The host's own cores, through .NET.</summary>
    Cpu,

    /// <summary>Any device with an OpenCL driver.</summary>
    OpenCL,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,
}

/// <summary>A device of this machine and what it can do.</summary>
/// <param name="Kind">The back end.</param>
/// <param name="Index">Its number among the devices of that back end, from 0.</param>
/// <param name="Name">The name that the driver gives.</param>
/// <param name="Driver">Driver or platform, with its version.</param>
/// <param name="IsGpu">Whether it is a GPU; PoCL, for one, offers the host's cores over OpenCL.</param>
/// <param name="Multiprocessors">Cores of a CPU, multiprocessors of a GPU.</param>
/// <param name="MaxGroupSize">Most threads in a group.</param>
/// <param name="WarpSize">Threads that run in lockstep; 0 where the driver does not say.</param>
/// <param name="SharedMemoryBytes">Shared memory of a group, in bytes.</param>
/// <param name="MemoryBytes">Memory, in bytes.</param>
/// <param name="Features">What else it offers: instruction sets, compute capability, data types.</param>
/// <param name="Obstacle">Why kernels cannot run on it; null where they can.</param>
public sealed record DeviceInfo(
    DeviceKind Kind, int Index, string Name, string Driver, bool IsGpu, int Multiprocessors, int MaxGroupSize, int WarpSize,
    long SharedMemoryBytes, long MemoryBytes, IReadOnlyList<string> Features, string? Obstacle = null)
{
    /// <summary>What selects this device: <c>cpu</c>, <c>opencl:0</c>, <c>cuda:1</c>.</summary>
    public string Id => Kind == DeviceKind.Cpu ? "cpu" : $"{Prefix}:{Index}";

    /// <summary>The memory that a plan may use, in bytes: of a GPU's the driver, kernels and the screen need some, too.</summary>
    public long PlannableBytes => IsGpu ? (long)(MemoryBytes * PlannableShareOfGpu) : MemoryBytes;

    /// <summary>
    /// The last cache before memory, in bytes: the last level of a CPU, L2 of a GPU; 0 where nothing is known. A working set several times
    /// as large comes from memory.
    /// </summary>
    public long CacheBytes { get; init; }

    /// <summary>
    /// Whether it can be opened with some of its multiprocessors: a CPU, and what an OpenCL driver can partition. ILGPU keeps its memory
    /// and kernels in a CUDA context of its own, and CUDA's green contexts, which are limited to some multiprocessors, belong to another.
    /// </summary>
    public bool IsDivisible { get; init; }

    /// <summary>
    /// Where a CUDA device sits, as NVIDIA's management library names it (<c>DOMAIN:BUS:DEVICE.0</c>); null for other devices.
    /// </summary>
    public string? PciBusId { get; init; }

    const double PlannableShareOfGpu = 0.93;

    internal string Prefix => Kind switch { DeviceKind.Cpu => "cpu", DeviceKind.OpenCL => "opencl", _ => "cuda" };

    /// <inheritdoc/>
    public override string ToString() => $"{Id} ({Name}, {Driver})";
}
