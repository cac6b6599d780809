using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace GpuLm.Checkpoints;

/// <summary>
/// A file of named tensors in the safetensors format (github.com/huggingface/safetensors): 8 bytes of header length, a JSON header,
/// the data. The header is checked when the file is opened; tensors are read one at a time.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    const int LengthBytes = 8;
    readonly string path;
    readonly SafeFileHandle handle;
    readonly long dataStart;

    /// <summary>Opens a file and checks its header: length, JSON, types, shapes, offsets without holes or overlaps, file size.</summary>
    /// <exception cref="GpuLmException">The file is missing or is no valid safetensors file.</exception>
    public SafetensorsFile(string path)
    {
        this.path = path;
        if (!File.Exists(path)) throw new GpuLmException($"There is no file '{path}'. Give the path of a safetensors file.");
        handle = File.OpenHandle(path);
        try
        {
            long fileLength = RandomAccess.GetLength(handle);
            if (fileLength < LengthBytes) throw new FormatException($"it has {fileLength} bytes, too few for a header");
            var lengthField = new byte[LengthBytes];
            ReadExactly(lengthField, 0);
            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthField);
            if (headerLength > SafetensorsHeader.MaxLength || (long)headerLength > fileLength - LengthBytes)
            {
                throw new FormatException($"its header claims {headerLength} bytes and the file has {fileLength}");
            }
            var header = new byte[headerLength];
            ReadExactly(header, LengthBytes);
            dataStart = LengthBytes + (long)headerLength;
            (var tensors, var metadata) = SafetensorsHeader.Parse(header, fileLength - dataStart);
            Tensors = tensors;
            Metadata = metadata;
        }
        catch (FormatException e)
        {
            handle.Dispose();
            throw new GpuLmException($"'{path}' is not a valid safetensors file: {e.Message}. Save or download it again.", e);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors { get; }

    /// <summary>The header's free-form notes.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a tensor of type F32, F16 or BF16.</summary>
    /// <exception cref="GpuLmException">The tensor has another type, or more elements than an array may have.</exception>
    public float[] Read(SafetensorsTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Type is not ("F32" or "F16" or "BF16"))
        {
            throw new GpuLmException(
                $"'{path}': tensor '{tensor.Name}' is {tensor.Type}; only F32, F16 and BF16 can be read. Convert it to F32.");
        }
        if (tensor.Length > Array.MaxLength)
        {
            throw new GpuLmException($"'{path}': tensor '{tensor.Name}' has {tensor.Length} elements, more than an array may have.");
        }
        var values = new float[tensor.Length];
        // The format is little-endian, as is every machine that .NET and ILGPU run on.
        if (tensor.Type == "F32")
        {
            ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()), dataStart + tensor.Start);
            return values;
        }
        var halves = new ushort[tensor.Length];
        ReadExactly(MemoryMarshal.AsBytes(halves.AsSpan()), dataStart + tensor.Start);
        if (tensor.Type == "F16")
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(halves), values);
        }
        else
        {
            for (int i = 0; i < values.Length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
        }
        return values;
    }

    /// <summary>
    /// Writes F32 tensors, one at a time, through a temporary file that replaces <paramref name="path"/> when it is whole.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">Names and shapes, in the order of the file.</param>
    /// <param name="read">Gives the elements of a tensor; only one tensor is held at a time.</param>
    /// <exception cref="ArgumentException"><paramref name="read"/> gave a tensor another length than its shape.</exception>
    public static void Write(string path, IReadOnlyList<(string Name, IReadOnlyList<int> Shape)> tensors, Func<string, float[]> read)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(read);
        AtomicFile.Write(path, stream =>
        {
            byte[] header = Header(tensors);
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (name, shape) in tensors)
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

    static byte[] Header(IReadOnlyList<(string Name, IReadOnlyList<int> Shape)> tensors)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
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
        // Spaces align the data to 8 bytes, so that readers may map it into memory.
        while (bytes.Length % 8 != 0) bytes.WriteByte((byte)' ');
        return bytes.ToArray();
    }

    static long Count(IReadOnlyList<int> shape) => shape.Aggregate(1L, (product, size) => product * size);

    void ReadExactly(Span<byte> target, long position)
    {
        while (target.Length > 0)
        {
            int read = RandomAccess.Read(handle, target, position);
            if (read == 0)
            {
                throw new GpuLmException($"'{path}' ended while it was being read; it was changed by another program. Read it again.");
            }
            target = target[read..];
            position += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
