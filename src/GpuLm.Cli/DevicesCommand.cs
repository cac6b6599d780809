using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using GpuLm.Devices;
using Spectre.Console;

namespace GpuLm.Cli;

/// <summary><c>gpulm devices</c>: what ILGPU sees, what it can do, and how fast it is measured to be.</summary>
static class DevicesCommand
{
    public static Command Create(Terminal terminal)
    {
        var json = Options.Json();
        var command = new Command("devices", "Lists every device that ILGPU sees, what it can do, and its measured peaks.") { json };
        command.SetAction(parsed =>
        {
            using var catalog = new DeviceCatalog();
            var devices = catalog.Devices.Select(info => (info, Measure(catalog, info))).ToList();
            if (parsed.GetValue(json)) terminal.Out.WriteLine(Json(devices));
            else terminal.Rich().Write(Table(devices));
            return CommandLine.Success;
        });
        return command;
    }

    static DevicePeaks? Measure(DeviceCatalog catalog, DeviceInfo info)
    {
        if (info.Obstacle is not null) return null;
        using var device = catalog.Open(info);
        return DeviceProbe.Measure(device);
    }

    static Table Table(IReadOnlyList<(DeviceInfo Info, DevicePeaks? Peaks)> devices)
    {
        var table = new Table().RoundedBorder().AddColumns("device", "name", "units", "memory", "fp32 peak", "bandwidth", "launch");
        foreach (var (info, peaks) in devices)
        {
            string about = $"{info.Name}\n{info.Driver}\n{string.Join(", ", info.Features)}";
            if (info.Obstacle is not null) about += $"\nCannot run kernels: {info.Obstacle}.";
            List<string> cells =
                [info.Id, about, info.Multiprocessors.ToString(CultureInfo.InvariantCulture), Units.Bytes(info.MemoryBytes)];
            if (peaks is not null)
            {
                string launch = string.Create(CultureInfo.InvariantCulture, $"{peaks.LaunchSeconds * 1e6:0} us");
                cells.AddRange([Peak(peaks), Units.Bytes(peaks.BytesPerSecond) + "/s", launch]);
            }
            table.AddRow(cells.Select(cell => new Text(cell)));
        }
        return table;
    }

    /// <summary>The peak, and below it that of tensor cores where there are any.</summary>
    static string Peak(DevicePeaks peaks)
    {
        string text = Units.Flops(peaks.FlopsPerSecond);
        if (peaks.Tf32FlopsPerSecond is { } tf32) text += $"\ntf32 {Units.Flops(tf32)}";
        if (peaks.Bf16FlopsPerSecond is { } bf16) text += $"\nbf16 {Units.Flops(bf16)}";
        return text;
    }

    static string Json(IReadOnlyList<(DeviceInfo Info, DevicePeaks? Peaks)> devices)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var (info, peaks) in devices)
            {
                json.WriteStartObject();
                json.WriteString("device", info.Id);
                json.WriteString("name", info.Name);
                json.WriteString("driver", info.Driver);
                json.WriteBoolean("gpu", info.IsGpu);
                json.WriteNumber("multiprocessors", info.Multiprocessors);
                json.WriteNumber("max_group_size", info.MaxGroupSize);
                json.WriteNumber("warp_size", info.WarpSize);
                json.WriteNumber("shared_memory_bytes", info.SharedMemoryBytes);
                json.WriteNumber("memory_bytes", info.MemoryBytes);
                json.WriteNumber("cache_bytes", info.CacheBytes);
                json.WriteStartArray("features");
                foreach (string feature in info.Features) json.WriteStringValue(feature);
                json.WriteEndArray();
                json.WriteString("obstacle", info.Obstacle);
                Write(json, "flops_per_second", peaks?.FlopsPerSecond);
                Write(json, "median_flops_per_second", peaks?.MedianFlopsPerSecond);
                Write(json, "tf32_flops_per_second", peaks?.Tf32FlopsPerSecond);
                Write(json, "bf16_flops_per_second", peaks?.Bf16FlopsPerSecond);
                json.WriteString("bf16_instruction", peaks?.Bf16Instruction);
                Write(json, "bytes_per_second", peaks?.BytesPerSecond);
                Write(json, "median_bytes_per_second", peaks?.MedianBytesPerSecond);
                Write(json, "launch_seconds", peaks?.LaunchSeconds);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
