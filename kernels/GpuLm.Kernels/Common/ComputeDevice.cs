using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Primitives;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace GpuLm.Kernels.Common;

/// <summary>
/// An ILGPU accelerator together with what a launcher must know of it: how many groups keep it busy and how large a group is.
/// On a CPU a group is one thread and there is one group a core; on a GPU a group has many threads and there are many groups.
/// </summary>
/// <remarks>All launches go to <see cref="Stream"/> in order. The class is not thread-safe: one host thread drives one device.</remarks>
public sealed class ComputeDevice : IDisposable
{
    /// <summary>Floats in a cache line.</summary>
    public const int CacheLine = 16;

    const int DeviceGroupSize = 128, MaxDeviceGroups = 65_535, ElementsPerThread = 4, PartialSumsPerWorker = 4;
    readonly Dictionary<(MethodInfo Kernel, Type Launcher), Delegate> loaded = [];
    readonly IKernelLoader loader;
    readonly CudaUploads? uploads;
    MemoryBuffer1D<float, Stride1D.Dense>? workspace;
    TensorMaps? tensorMaps;

    /// <summary>Wraps an accelerator that the caller created; it is disposed together with this object.</summary>
    /// <param name="accelerator">The accelerator. A CPU accelerator must come from <see cref="CreateCpu"/>.</param>
    public ComputeDevice(Accelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        TwoBodies.Register();
        Accelerator = accelerator;
        if (accelerator.AcceleratorType == AcceleratorType.Cuda)
        {
            (loader, Cuda) = CudaLoader.Open(accelerator);
            Stream = CudaLoader.CreateStream(accelerator);
            uploads = new CudaUploads(Stream);
            return;
        }
        loader = new AcceleratorLoader(accelerator);
        Stream = accelerator.DefaultStream;
    }

    /// <summary>
    /// Wraps memory of an accelerator on which something else than the accelerator runs the kernels, as a CUDA device would.
    /// </summary>
    /// <param name="accelerator">Where buffers lie; disposed together with this object.</param>
    /// <param name="loader">What runs the kernels.</param>
    /// <param name="cuda">The CUDA device that it stands for.</param>
    public ComputeDevice(Accelerator accelerator, IKernelLoader loader, CudaTraits cuda)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        TwoBodies.Register();
        (Accelerator, this.loader, Cuda, Stream) = (accelerator, loader, cuda, accelerator.DefaultStream);
    }

    /// <summary>Creates the CPU device: one group at a time on each of <paramref name="workers"/> threads.</summary>
    /// <param name="context">The ILGPU context.</param>
    /// <param name="workers">Threads, 1 or more; 0 means one for each logical processor.</param>
    public static ComputeDevice CreateCpu(Context context, int workers = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        TwoBodies.Register();
        int multiprocessors = workers == 0 ? Environment.ProcessorCount : workers;
        return new ComputeDevice(OneThreadAMultiprocessor(multiprocessors).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel));
    }

    /// <summary>The accelerator: allocation and copies go through it.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The stream that all launches of this device use.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>What a CUDA device can do; null on other devices. Kernels with tensor cores and bf16 need one.</summary>
    public CudaTraits? Cuda { get; }

    /// <summary>Tensor maps for kernels that copy by them; null where nothing can write any.</summary>
    internal TensorMaps? TensorMaps => tensorMaps ??= loader is ITensorMapEncoder encoder ? new TensorMaps(this, encoder) : null;

    /// <summary>Whether kernels run as .NET code on the host's cores.</summary>
    public bool IsCpu => Cuda is null && Accelerator.AcceleratorType == AcceleratorType.CPU;

    /// <summary>What can time this device's launches; null unless it was attached.</summary>
    public LaunchProfile? Profile { get; private set; }

    /// <summary>Host threads on a CPU, multiprocessors on a GPU.</summary>
    public int Workers => Cuda?.Multiprocessors ?? Accelerator.NumMultiprocessors;

    /// <summary>Threads in a group that owns rows or elements.</summary>
    public int GroupSize => IsCpu ? 1 : Math.Min(DeviceGroupSize, Cuda?.MaxGroupSize ?? Accelerator.MaxNumThreadsPerGroup);

    /// <summary>A launch in which groups share <paramref name="rows"/> rows (see <see cref="Share"/>); on a GPU one row a group.</summary>
    public KernelConfig Rows(long rows) => Groups(rows);

    /// <summary>A launch in which groups share <paramref name="count"/> elements (see <see cref="Share"/>).</summary>
    public KernelConfig Elements(long count) =>
        Groups(IsCpu ? count : (count + GroupSize * ElementsPerThread - 1) / (GroupSize * ElementsPerThread));

    /// <summary>A launch of exactly <paramref name="groups"/> groups of <paramref name="size"/> threads (1 on a CPU).</summary>
    public KernelConfig Exactly(int groups, int size) => new(groups, IsCpu ? 1 : size);

    /// <summary>
    /// ILGPU's public constructor asks for at least two threads a multiprocessor. The second one would never work, but wake and spin at
    /// every launch, on the cores that the workers need; the constructor that ILGPU keeps for its own use takes one.
    /// </summary>
    static CPUDevice OneThreadAMultiprocessor(int multiprocessors) => (CPUDevice)Activator.CreateInstance(
        typeof(CPUDevice), BindingFlags.Instance | BindingFlags.NonPublic, null, [1, 1, multiprocessors, true],
        CultureInfo.InvariantCulture)!;

    /// <summary>
    /// A launch in which each group sums its share of <paramref name="rows"/> rows, for a second launch to add the groups' sums up: enough
    /// groups to fill the device, few enough that the second launch is short.
    /// </summary>
    public KernelConfig PartialSums(long rows) =>
        new((int)Math.Clamp(rows, 1, IsCpu ? Workers : Workers * PartialSumsPerWorker), GroupSize);

    KernelConfig Groups(long items) => new((int)Math.Clamp(items, 1, IsCpu ? Workers : MaxDeviceGroups), GroupSize);

    /// <summary>
    /// Compiles an explicitly grouped kernel for this device and loads it; once for each kernel, so that launchers of the same operation
    /// share their kernels.
    /// </summary>
    /// <typeparam name="TLauncher"><c>Action&lt;AcceleratorStream, KernelConfig, (the kernel's parameters)&gt;</c>.</typeparam>
    /// <param name="kernel">The kernel, a static method.</param>
    /// <returns>A delegate to keep: launching through it compiles nothing and costs the driver's call only.</returns>
    public TLauncher Load<TLauncher>(Delegate kernel) where TLauncher : Delegate
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (loaded.TryGetValue((kernel.Method, typeof(TLauncher)), out var launcher)) return (TLauncher)launcher;
        var fresh = loader.Load<TLauncher>(kernel.Method);
        if (Profile is not null) fresh = Profile.Wrap(kernel.Method, fresh);
        loaded.Add((kernel.Method, typeof(TLauncher)), fresh);
        return fresh;
    }

    /// <summary>
    /// Prepares this device for <see cref="LaunchProfile.Record"/>. Between recordings a launch then costs one test more; a device
    /// without a profile pays nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">A kernel was loaded before; its launches could not be timed.</exception>
    public LaunchProfile AttachProfile()
    {
        if (Profile is null && loaded.Count > 0)
        {
            throw new InvalidOperationException("A profile is attached to a device before its first kernel is loaded.");
        }
        return Profile ??= new LaunchProfile(Synchronize);
    }

    /// <summary>Allocates device memory, cleared to zero.</summary>
    /// <param name="length">Elements.</param>
    public MemoryBuffer1D<T, Stride1D.Dense> Allocate<T>(long length) where T : unmanaged
    {
        var buffer = Accelerator.Allocate1D<T>(length);
        buffer.MemSetToZero(Stream);
        return buffer;
    }

    /// <summary>
    /// The first <paramref name="length"/> elements from a multiple of 64 bytes on: a vector load that straddles two cache lines costs two.
    /// ILGPU aligns CPU memory to 16 bytes only; drivers align more than this by themselves.
    /// </summary>
    /// <param name="buffer">Memory of at least <paramref name="length"/> + <see cref="CacheLine"/> elements.</param>
    /// <param name="length">Elements.</param>
    public ArrayView<float> FromCacheLine(MemoryBuffer1D<float, Stride1D.Dense> buffer, long length)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        long elements = buffer.NativePtr / sizeof(float);
        return buffer.View.AsContiguous().SubView(IsCpu ? (CacheLine - elements % CacheLine) % CacheLine : 0, length);
    }

    /// <summary>
    /// Device memory in which the kernels of one operation hand partial results to each other. What it holds is undefined at first, and
    /// lost with the next call. It grows to the largest length that was asked for; after that a call allocates nothing.
    /// </summary>
    /// <param name="length">Floats.</param>
    public ArrayView<float> Workspace(long length)
    {
        if (workspace is null || workspace.Length < length + CacheLine)
        {
            Synchronize();
            workspace?.Dispose();
            workspace = Accelerator.Allocate1D<float>(length + CacheLine);
            WorkspaceMoves++;
        }
        return FromCacheLine(workspace, length);
    }

    /// <summary>
    /// How often <see cref="Workspace"/> was allocated anew: launches that were recorded before hold an address that is gone.
    /// </summary>
    internal int WorkspaceMoves { get; private set; }

    /// <summary>
    /// Copies host memory to the device, after everything that was launched before; the source is free again on return.
    /// </summary>
    /// <remarks>
    /// On a CPU this allocates nothing; ILGPU's own copies wrap the host memory in an object for each call. On CUDA the host does not wait
    /// for the launches: it copies the source aside, and the stream keeps the order.
    /// </remarks>
    /// <exception cref="ArgumentException">The target is shorter than the source.</exception>
    public void Upload<T>(ReadOnlySpan<T> source, ArrayView<T> target) where T : unmanaged
    {
        if (source.IsEmpty) return;
        Guard.Holds(target, source.Length);
        if (uploads is not null)
        {
            uploads.Stage.Upload(MemoryMarshal.AsBytes(source), target.LoadEffectiveAddressAsPtr());
            return;
        }
        Synchronize();
        if (IsCpu) source.CopyTo(MemoryMarshal.CreateSpan(ref target[0], source.Length));
        else target.SubView(0, source.Length).CopyFromCPU(Stream, source);
    }

    /// <summary>Copies device memory to the host after everything that was launched has finished.</summary>
    /// <exception cref="ArgumentException">The source is shorter than the target.</exception>
    public void Download<T>(ArrayView<T> source, Span<T> target) where T : unmanaged
    {
        if (target.IsEmpty) return;
        Guard.Holds(source, target.Length);
        Synchronize();
        if (IsCpu) MemoryMarshal.CreateSpan(ref source[0], target.Length).CopyTo(target);
        else source.SubView(0, target.Length).CopyToCPU(Stream, target);
        Synchronize();
    }

    /// <summary>Waits until everything that was launched has finished.</summary>
    public void Synchronize()
    {
        Stream.Synchronize();
        uploads?.Stage.Clear();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Accelerator.AcceleratorType}: {Accelerator.Name}";

    /// <inheritdoc/>
    public void Dispose()
    {
        workspace?.Dispose();
        uploads?.Dispose();
        if (Stream != Accelerator.DefaultStream) Stream.Dispose();
        Accelerator.Dispose();
    }
}
