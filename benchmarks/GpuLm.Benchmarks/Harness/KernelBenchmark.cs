using BenchmarkDotNet.Attributes;
using GpuLm.Kernels.Common;
using GpuLm.Models;

namespace GpuLm.Benchmarks.Harness;

/// <summary>
/// A kernel in one direction. Its outputs are held to the oracle before anything is timed and once more after; what is timed is a launch
/// and the wait for it. Warm launches work on one set of buffers, cold ones in turn on so many that a cache cannot hold them.
/// </summary>
public abstract class KernelBenchmark
{
    readonly List<Buffers> buffers = [];
    PreparedCall[] calls = [];
    int next;

    /// <summary>What is measured.</summary>
    [ParamsSource(nameof(Cases))]
    public KernelCase Case { get; set; } = null!;

    /// <summary>The cases that the session asks for.</summary>
    public IEnumerable<KernelCase> Cases => CaseList.Of(this, KernelSession.Current.Target, KernelSession.Current.Options.Effort);

    /// <summary>Operation and direction: <c>LayerNorm.Forward</c>.</summary>
    public abstract string Kernel { get; }

    /// <summary>The precisions that there are kernels for.</summary>
    public virtual IReadOnlyList<Precision> Precisions => [Precision.Fp32];

    /// <summary>Of a workload's shapes so many are measured where time is short.</summary>
    public virtual int QuickShapes => 1;

    /// <summary>Whether the floor of the arithmetic is that of matrix products in the case's precision.</summary>
    public virtual bool IsProduct => false;

    /// <summary>Whether a model's training makes this call.</summary>
    public virtual bool IsUsedBy(ModelShape model) => true;

    /// <summary>Whether there are kernels for a case, apart from their instructions.</summary>
    public virtual bool Has(KernelCase measured, Target target) => true;

    /// <summary>The shapes that a workload calls it with.</summary>
    public abstract IEnumerable<Sizes> Shapes(Workload workload, Target target);

    /// <summary>How the work is cut where that is prescribed; null lets the launcher choose.</summary>
    public virtual IEnumerable<string?> Configurations(Precision precision, Target target) => [null];

    /// <summary>
    /// The catalog's names of what one call launches. The first one's formula is the call's work. By default the kernel's own name, with
    /// <c>Bf16</c> behind it for bf16.
    /// </summary>
    public virtual IEnumerable<string> Launched(KernelCase measured, Target target) =>
        [measured.Precision == Precision.Bf16 ? Kernel + "Bf16" : Kernel];

    /// <summary>The case's sizes in the terms of the catalog.</summary>
    public virtual KernelSizes CatalogSizes(KernelCase measured) => new(measured["rows"], measured["columns"]);

    /// <summary>What one call must do at least.</summary>
    public virtual Work Work(KernelCase measured, Target target) =>
        Harness.Work.Of(Launched(measured, target).First(), CatalogSizes(measured));

    /// <summary>One set of buffers and the call on it.</summary>
    public abstract PreparedCall Prepare(Buffers buffers);

    /// <summary>Makes the buffers and verifies a first launch.</summary>
    [GlobalSetup]
    public void SetUp() => KernelSession.Current.Prepare(Case, () =>
    {
        var session = KernelSession.Current;
        int copies = Case.Cold ? CaseList.Copies(Work(Case, session.Target).Bytes, session.Target.CacheBytes) : 1;
        for (int i = 0; i < copies; i++) buffers.Add(new Buffers(session.Device, Case.Precision));
        calls = [.. buffers.Select(Prepare)];
        for (int i = 0; i < copies; i++)
        {
            Start(i);
            if (IsVerified(i)) Verify(calls[i]);
        }
        session.WarmUp.Run(GetType(), Launch);
    }, Release);

    /// <summary>What is timed.</summary>
    [Benchmark]
    public void Launch()
    {
        calls[next].Launch();
        KernelSession.Current.Device.Synchronize();
        if (++next == calls.Length) next = 0;
    }

    /// <summary>Verifies what the timed launches left, or where they changed their inputs one more launch.</summary>
    [GlobalCleanup]
    public void CleanUp() => KernelSession.Current.Finish(Case, () =>
    {
        for (int i = 0; i < calls.Length; i++)
        {
            if (!IsVerified(i)) continue;
            if (calls[i].Reset is not null) Start(i);
            Verify(calls[i]);
        }
    }, Release);

    void Start(int copy)
    {
        calls[copy].Reset?.Invoke();
        buffers[copy].Poison();
        calls[copy].Launch();
    }

    /// <summary>Of many copies the first and the last: all hold the same.</summary>
    bool IsVerified(int copy) => copy == 0 || copy == calls.Length - 1;

    static void Verify(PreparedCall call)
    {
        int checks = 0;
        KernelSession.Current.Device.Synchronize();
        foreach (var element in call.Sample())
        {
            checks++;
            float actual = element.Read();
            // A NaN is not within any limit.
            if (!(Math.Abs(actual - element.Value) <= element.Limit))
            {
                throw new WrongResultException(FormattableString.Invariant(
                    $"{element.What} is {actual:g9}, not {element.Value:g9} within {element.Limit:g2}"));
            }
        }
        if (checks == 0) throw new WrongResultException("no output was compared with the oracle");
    }

    void Release()
    {
        buffers.ForEach(set => set.Dispose());
        buffers.Clear();
        calls = [];
    }
}
