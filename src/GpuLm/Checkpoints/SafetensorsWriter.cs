using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace GpuLm.Checkpoints;

/// <summary>
/// Writes F32 tensors as a safetensors file (github.com/huggingface/safetensors). As Hugging Face's own writer does, it sorts them by name
/// and pads the header with spaces to a multiple of 8 bytes, so that readers may map the data into memory.
/// </summary>
public static class SafetensorsWriter
{
    const int HeaderAlignment = 8;

    /// <summary>
    /// Writes the tensors, one at a time, through a temporary file that replaces <paramref name="path"/> when it is whole.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">Names and shapes, in any order.</param>
    /// <param name="read">Gives the elements of a tensor; only one tensor is held at a time.</param>
    /// <exception cref="ArgumentException"><paramref name="read"/> gave a tensor another length than its shape.</exception>
    /// <exception cref="GpuLmException">The disk is full or the folder cannot be written; the old file is left as it was.</exception>
    public static void Write(string path, IEnumerable<(string Name, IReadOnlyList<int> Shape)> tensors, Func<string, float[]> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var sorted = Sorted(tensors);
        AtomicFile.Write(path, stream =>
        {
            byte[] header = Header(sorted);
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (name, shape) in sorted)
            {
                float[] values = read(name);
                if (values.Length != Count(shape))
                {
                    throw new ArgumentException(
                        $"Tensor '{name}' has {values.Length} elements; its shape [{string.Join(", ", shape)}] needs {Count(shape)}.",
                        nameof(read));
                }
                stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            }
        });
    }

    /// <summary>The exact length of the file that <see cref="Write"/> would write.</summary>
    public static long Bytes(IEnumerable<(string Name, IReadOnlyList<int> Shape)> tensors)
    {
        var sorted = Sorted(tensors);
        return sizeof(ulong) + Header(sorted).Length + sorted.Sum(tensor => Count(tensor.Shape) * sizeof(float));
    }

    static List<(string Name, IReadOnlyList<int> Shape)> Sorted(IEnumerable<(string Name, IReadOnlyList<int> Shape)> tensors) =>
        [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];

    static byte[] Header(List<(string Name, IReadOnlyList<int> Shape)> tensors)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, shape) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (int size in shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += Count(shape) * sizeof(float));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (bytes.Length % HeaderAlignment != 0) bytes.WriteByte((byte)' ');
        return bytes.ToArray();
    }

    static long Count(IReadOnlyList<int> shape) => shape.Aggregate(1L, (product, size) => product * size);
}
