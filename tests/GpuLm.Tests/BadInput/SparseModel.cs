using System.Buffers.Binary;
using System.Text.Json;
using GpuLm.Checkpoints;
using GpuLm.Models;

namespace GpuLm.Tests.BadInput;

/// <summary>Models of any size, all zero, that take no space on the disk.</summary>
static class SparseModel
{
    /// <summary>Replaces the configuration and the parameters of a byte model's folder.</summary>
    public static void Write(string folder, GptConfig config)
    {
        ModelConfigFile.Write(Path.Combine(folder, ModelDirectory.ConfigName), config, endOfText: 0);
        var tensors = new Dictionary<string, object>();
        long end = 0;
        foreach (var slot in new GptLayout(config).Slots)
        {
            long start = end;
            end += sizeof(float) * slot.Length;
            tensors.Add(slot.Name, new { dtype = "F32", shape = slot.Shape, data_offsets = new[] { start, end } });
        }
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(tensors), length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        using var file = new FileStream(Path.Combine(folder, ModelDirectory.WeightsName), FileMode.Create);
        file.Write(length);
        file.Write(header);
        file.SetLength(file.Length + end);
    }
}
