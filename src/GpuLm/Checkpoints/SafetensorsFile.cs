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
