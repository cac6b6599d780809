using System.Globalization;
using GpuLm.Bench.Steps;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Models;

namespace GpuLm.Bench.Scaling;

/// <summary>Chooses the settings of each sweep for a device.</summary>
sealed class SweepPlan
{
    const int Gpt2Vocabulary = 50_257, LargeBatch = 8, LargeLength = 1024, SizeBatchOnGpu = 4, HeadSize = 64;

    static readonly string[] Published = ["gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl"];

    static readonly StepModel Ugly = new("ugly", new GptConfig(2, 2, 32, 24, 47), 2, 12);

    readonly BenchOptions options;
    readonly ComputeDevice device;
    readonly StepCase basis;

    /// <summary>Plans for the device of the options, which is open.</summary>
    /// <exception cref="GpuLmException">The model is not known.</exception>
    public SweepPlan(BenchOptions options, ComputeDevice device, string? model)
    {
        (this.options, this.device) = (options, device);
        basis = Basis(model);
    }

    bool Tiny => options.Effort == Effort.Tiny;

    bool Full => options.Effort == Effort.Full;

    /// <summary>The sweep of a name; empty where the device has nothing to choose from.</summary>
    public Sweep Of(string name) => new(name, name switch
    {
        ScalingSettings.Workers => Workers(),
        ScalingSettings.Batch => Batches(),
        ScalingSettings.Context => Contexts(),
        ScalingSettings.Size => Sizes(),
        ScalingSettings.Precision => Precisions(),
        _ => Devices(),
    });

    StepCase Basis(string? name)
    {
        bool gpu = options.Device.IsGpu;
        var model = name is not null ? StepModel.Named(name)
            : Tiny ? Ugly
            : gpu ? StepModel.Gpt2
            : Full && options.Device.Kind == DeviceKind.Cpu ? StepModel.Small : StepModel.Tiny;
        bool large = gpu && model == StepModel.Gpt2;
        int batch = large ? LargeBatch : model.Batch, length = large ? LargeLength : model.Length;
        return new StepCase(model.Name, model.Config, batch, length, PrecisionSupport.Best(device, model.Config));
    }

    /// <summary>A device that cannot be divided always works with all of its multiprocessors.</summary>
    SweepPoint[] Workers() => !options.Device.IsDivisible
        ? []
        : [.. WorkerCounts(options.Device.Multiprocessors).Select(count => Point(Text(count), count, basis) with { Workers = count })];

    /// <summary>Powers of two up to all, and all; every number up to eight.</summary>
    internal static IEnumerable<int> WorkerCounts(int all) =>
        Enumerable.Range(1, all).Where(count => all <= 8 || count == all || (count & count - 1) == 0);

    SweepPoint[] Batches() =>
        [.. Powers(1, Tiny ? 2 : basis.Batch * 2).Select(batch => Point(Text(batch), batch, basis with { Batch = batch }))];

    /// <summary>The tokens of a step stay the same, so that only attention's share changes.</summary>
    SweepPoint[] Contexts()
    {
        int longest = basis.Length * (Full ? 4 : 2), shortest = Math.Max(1, basis.Length / 8);
        var config = basis.Config with { ContextLength = Math.Max(longest, basis.Config.ContextLength) };
        return
        [
            .. Powers(Tiny ? longest / 2 : shortest, longest).Where(length => basis.Tokens % length == 0).Select(length => Point(
                Text(length), length, basis with { Config = config, Length = length, Batch = basis.Tokens / length })),
        ];
    }

    SweepPoint[] Sizes() =>
    [
        .. SizeLadder().Select(config => (config, new GptLayout(config).Length)).Select(size => Point(
            Text(size.Length), size.Length,
            new StepCase(
                $"L{Text(size.config.Layers)} C{Text(size.config.Channels)}", size.config, SizeBatch,
                Math.Min(basis.Length, size.config.ContextLength), PrecisionSupport.Best(device, size.config)))),
    ];

    int SizeBatch => Tiny ? 1 : options.Device.IsGpu ? SizeBatchOnGpu : Math.Max(1, basis.Batch / 4);

    IEnumerable<GptConfig> SizeLadder()
    {
        if (Tiny) return [Ugly.Config, Ugly.Config with { Layers = 3 }];
        if (options.Device.IsGpu)
        {
            return Published.Select(name => GptConfig.FromPreset(name, Gpt2Vocabulary));
        }
        (int Layers, int Channels)[] ladder = [(2, 64), (4, 128), (6, 256), (6, 384), .. Full ? [(8, 512), (12, 768)] : ((int, int)[])[]];
        return ladder.Select(size =>
            new GptConfig(size.Layers, size.Channels / HeadSize, size.Channels, basis.Length, basis.Config.VocabularySize));
    }

    SweepPoint[] Precisions() =>
    [
        .. Enum.GetValues<Precision>().Where(precision => PrecisionSupport.Obstacle(precision, device.Cuda, basis.Config) is null)
            .Select(precision => Point(PrecisionSupport.NameOf(precision), double.NaN, basis with { Precision = precision })),
    ];

    /// <summary>A small model in fp32, which even OpenCL on a CPU trains in good time.</summary>
    SweepPoint[] Devices()
    {
        var step = new StepCase("L2 C64", new GptConfig(2, 2, 64, 32, 128), Tiny ? 1 : 4, Tiny ? 8 : 32, Precision.Fp32);
        return
        [
            .. options.Catalog.Devices.Where(info => info.Obstacle is null).Select(info => new SweepPoint(info.Id, double.NaN, step, info)),
        ];
    }

    SweepPoint Point(string setting, double number, StepCase step) => new(setting, number, step, options.Device);

    static IEnumerable<int> Powers(int from, int to)
    {
        for (int value = from; value <= to; value *= 2) yield return value;
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
