using GpuLm.Checkpoints;
using GpuLm.Devices;
using GpuLm.Kernels.Common;
using GpuLm.Models;
using GpuLm.Tokenization;

namespace GpuLm.Cli;

/// <summary>A model read from its folder, on the device that the user named.</summary>
sealed class LoadedModel : IDisposable
{
    readonly DeviceCatalog catalog;
    readonly ComputeDevice device;

    LoadedModel(DeviceCatalog catalog, DeviceInfo info, ComputeDevice device, Gpt gpt, ITokenizer tokenizer)
    {
        this.catalog = catalog;
        this.device = device;
        (Device, Gpt, Tokenizer) = (info, gpt, tokenizer);
    }

    public DeviceInfo Device { get; }

    public Gpt Gpt { get; }

    public ITokenizer Tokenizer { get; }

    /// <summary>Reads a model.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="selector">The device.</param>
    /// <param name="precision">The precision; nothing means the fastest that is possible.</param>
    public static LoadedModel Open(string folder, string selector, Precision? precision)
    {
        var (config, tokenizer) = ModelDirectory.Open(folder);
        var catalog = new DeviceCatalog();
        var info = catalog.Select(selector);
        var device = catalog.Open(info);
        // Nothing trains it, so it needs no masters.
        var format = new ModelFormat(precision ?? PrecisionSupport.Best(device, config), MasterWeights: false);
        RequireMemory(config, format, info, DeviceMemory.UsableBytes(info, device));
        var gpt = new Gpt(device, config, seed: null, format);
        ModelDirectory.ReadParameters(folder, gpt.Layout, (slot, values) => gpt.WriteParameters(slot, values));
        return new LoadedModel(catalog, info, device, gpt, tokenizer);
    }

    /// <summary>Before anything is allocated: a system may promise memory that it does not have, and end who uses it.</summary>
    static void RequireMemory(GptConfig config, ModelFormat format, DeviceInfo info, long usable)
    {
        long needed = GptParameters.RequiredBytes(new GptLayout(config), format);
        if (needed <= usable) return;
        throw new GpuLmException(
            $"The model's parameters need {Units.Bytes(needed)}; {info} has {Units.Bytes(info.MemoryBytes)}, of which "
            + $"{Units.Bytes(Math.Max(0, usable))} can be used now. Use another --device, or a smaller model.");
    }

    /// <summary>Device and precision, for the user.</summary>
    public override string ToString() => $"{Device}, {PrecisionSupport.NameOf(Gpt.Format.Precision)}";

    public void Dispose()
    {
        Gpt.Dispose();
        device.Dispose();
        catalog.Dispose();
    }
}
