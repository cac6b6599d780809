using System.Runtime.InteropServices;
using GpuLm.Kernels.Common;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.Kernels.Tests.Common;

/// <summary>The stage on a device that puts every copy off until somebody waits for it, as late as a GPU may be.</summary>
public sealed unsafe class UploadStageTests : IDisposable
{
    const int Capacity = 64;

    readonly nint memory = (nint)NativeMemory.Alloc(Capacity), device = (nint)NativeMemory.AllocZeroed(1024);
    readonly Queue<(nint Source, nint Target, int Bytes)> pending = [];
    int waits;

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(300)]
    public void The_source_is_free_at_once_and_its_bytes_arrive(int bytes)
    {
        var stage = new UploadStage(memory, Capacity, PutOff, Wait);
        byte[] expected = Upload(stage, bytes, times: 3);
        Wait();
        Assert.Equal(expected, Device(3 * bytes));
    }

    [Fact]
    public void The_host_waits_only_when_the_stage_is_full()
    {
        var stage = new UploadStage(memory, Capacity, PutOff, Wait);
        Upload(stage, Capacity / 4, times: 4);
        Assert.Equal(0, waits);
        Upload(stage, 1, times: 1);
        Assert.Equal(1, waits);
        Wait();
        stage.Clear();
        Upload(stage, Capacity, times: 1);
        Assert.Equal(2, waits);
    }

    [Fact]
    public void Sabotage_a_stage_that_is_cleared_too_early_loses_bytes()
    {
        var stage = new UploadStage(memory, Capacity, PutOff, DoNotWait);
        byte[] expected = Upload(stage, Capacity, times: 2);
        Wait();
        Assert.NotEqual(expected, Device(2 * Capacity));

        static void DoNotWait() { }
    }

    public void Dispose()
    {
        NativeMemory.Free((void*)memory);
        NativeMemory.Free((void*)device);
    }

    /// <summary>Uploads random bytes one after the other and overwrites the source each time.</summary>
    byte[] Upload(UploadStage stage, int bytes, int times)
    {
        var random = new TestRandom();
        var all = new List<byte>();
        var source = new byte[bytes];
        for (int i = 0; i < times; i++)
        {
            MemoryMarshal.AsBytes<float>(random.Normal(bytes))[..bytes].CopyTo(source);
            all.AddRange(source);
            stage.Upload(source, device + i * bytes);
        }
        source.AsSpan().Clear();
        return [.. all];
    }

    byte[] Device(int bytes) => new Span<byte>((void*)device, bytes).ToArray();

    void PutOff(nint source, nint target, int bytes)
    {
        Assert.InRange(source - memory, 0, Capacity - bytes);
        pending.Enqueue((source, target, bytes));
    }

    void Wait()
    {
        waits++;
        while (pending.TryDequeue(out var copy)) Buffer.MemoryCopy((void*)copy.Source, (void*)copy.Target, copy.Bytes, copy.Bytes);
    }
}
