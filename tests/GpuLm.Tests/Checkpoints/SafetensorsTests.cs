using System.Buffers.Binary;
using System.Text;
using GpuLm.Checkpoints;
using Xunit;

namespace GpuLm.Tests.Checkpoints;

public sealed class SafetensorsTests
{
    [Fact]
    public void What_was_written_is_read_back_bit_by_bit()
    {
        using var folder = new TemporaryFolder();
        var values = new Dictionary<string, float[]>
        {
            ["a.weight"] = [1.5f, -0f, float.NaN, float.PositiveInfinity, float.Epsilon, float.MaxValue],
            ["scalar"] = [42],
            ["empty"] = [],
        };
        SafetensorsWriter.Write(folder["m.safetensors"], [("a.weight", [2, 3]), ("scalar", []), ("empty", [0, 7])], name => values[name]);

        using var file = new SafetensorsFile(folder["m.safetensors"]);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([2L, 3L], file.Tensors["a.weight"].Shape);
        foreach (var (name, expected) in values)
        {
            Assert.Equal(
                expected.Select(BitConverter.SingleToInt32Bits), file.Read(file.Tensors[name]).Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Fact]
    public void Data_starts_at_a_multiple_of_eight_bytes()
    {
        using var folder = new TemporaryFolder();
        for (int length = 1; length < 9; length++)
        {
            SafetensorsWriter.Write(folder["m"], [(new string('n', length), [1])], _ => [1]);
            Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(folder["m"])) % 8);
        }
    }

    [Fact]
    public void Half_and_bfloat16_are_widened()
    {
        using var folder = new TemporaryFolder();
        byte[] data = [0x00, 0x3C, 0x01, 0x00, 0x80, 0x3F, 0x49, 0xC0];
        Write(
            folder["m"],
            """{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}""",
            data);
        using var file = new SafetensorsFile(folder["m"]);
        Assert.Equal([1f, 5.9604645e-8f], file.Read(file.Tensors["h"]));
        Assert.Equal([1f, -3.140625f], file.Read(file.Tensors["b"]));
    }

    [Fact]
    public void Other_types_are_listed_but_not_read()
    {
        using var folder = new TemporaryFolder();
        Write(folder["m"], """{"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", new byte[8]);
        using var file = new SafetensorsFile(folder["m"]);
        Assert.Contains("is I64", Assert.Throws<GpuLmException>(() => file.Read(file.Tensors["i"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "does not begin with '{'")]
    [InlineData(" {}", "does not begin with '{'")]
    [InlineData("{} x", "not valid JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not valid JSON")]
    [InlineData("""{"a":{"dtype":"\ud800","shape":[2],"data_offsets":[0,8]}}""", "no dtype")]
    [InlineData("""{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "is not a text")]
    [InlineData("""{"__metadata__":[],"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not a JSON object")]
    [InlineData("""{"__metadata__":{},"__metadata__":{},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not valid JSON")]
    [InlineData("""{"a":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}}""", "unknown dtype 'f32'")]
    [InlineData("""{"a":{"dtype":1,"shape":[2],"data_offsets":[0,8]}}""", "no dtype")]
    [InlineData("""{"a":{"dtype":"F4","shape":[15],"data_offsets":[0,8]}}""", "hold 8 bytes")]
    [InlineData("""{"a":{"dtype":"C64","shape":[2],"data_offsets":[0,8]}}""", "hold 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":{"0":2},"data_offsets":[0,8]}}""", "no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]}}""", "no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "no data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", "no data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", "impossible shape")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "overlaps")]
    [InlineData("""{"a":1}""", "not a JSON object")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", "no dtype")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", "unknown dtype 'F33'")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", "no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "no data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "no data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "hold 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}""", "impossible shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "leaves a hole")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "overlaps")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "4 bytes after its last tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]}}""", "truncated")]
    public void A_malformed_header_is_refused_with_its_reason(string header, string reason)
    {
        using var folder = new TemporaryFolder();
        Write(folder["m"], header, new byte[8]);
        string message = Assert.Throws<GpuLmException>(() => new SafetensorsFile(folder["m"])).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains(folder["m"], message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_is_no_UTF_8_or_nested_without_end_is_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder["bytes"], [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}'], []);
        Assert.Contains("is not UTF-8", Error(folder["bytes"]), StringComparison.Ordinal);
        Write(folder["deep"], string.Concat(Enumerable.Repeat("{\"a\":", 100_000)), []);
        Assert.Contains("not valid JSON", Error(folder["deep"]), StringComparison.Ordinal);
    }

    /// <summary>Every type of the format that has whole bytes for two elements, and four bits where an element has them.</summary>
    [Fact]
    public void Every_type_of_the_format_is_known()
    {
        using var folder = new TemporaryFolder();
        var bits = new Dictionary<string, int>
        {
            ["F4"] = 4, ["BOOL"] = 8, ["U8"] = 8, ["I8"] = 8, ["F8_E5M2"] = 8, ["F8_E4M3"] = 8, ["F8_E8M0"] = 8, ["I16"] = 16, ["U16"] = 16,
            ["F16"] = 16, ["BF16"] = 16, ["I32"] = 32, ["U32"] = 32, ["F32"] = 32, ["I64"] = 64, ["U64"] = 64, ["F64"] = 64, ["C64"] = 64,
        };
        foreach (var (type, size) in bits)
        {
            Write(
                folder["m"], $$"""{"a":{"dtype":"{{type}}","shape":[2],"data_offsets":[0,{{size / 4}}] } }""", new byte[size / 4]);
            using var file = new SafetensorsFile(folder["m"]);
            Assert.Equal(type, file.Tensors["a"].Type);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_file_without_a_header_is_refused(int length)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m"], new byte[length]);
        Assert.Contains("too few", Assert.Throws<GpuLmException>(() => new SafetensorsFile(folder["m"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 60)]
    [InlineData(1000ul)]
    public void A_header_length_beyond_the_file_is_refused_before_it_is_allocated(ulong length)
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(folder["m"], bytes);
        Assert.Contains("claims", Assert.Throws<GpuLmException>(() => new SafetensorsFile(folder["m"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["m"], [("a", [2, 2])], _ => [1, 2, 3, 4]);
        byte[] whole = File.ReadAllBytes(folder["m"]);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["cut"], whole[..length]);
            Assert.Throws<GpuLmException>(() => new SafetensorsFile(folder["cut"]));
        }
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["m"], [("a", [1])], _ => [1]);
        byte[] old = File.ReadAllBytes(folder["m"]);
        Assert.Throws<InvalidOperationException>(
            () => SafetensorsWriter.Write(folder["m"], [("a", [1])], _ => throw new InvalidOperationException()));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(folder["m"], [("a", [2])], _ => [1]));
        Assert.Equal(old, File.ReadAllBytes(folder["m"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    static string Error(string path) => Assert.Throws<GpuLmException>(() => new SafetensorsFile(path)).Message;

    static void Write(string path, string header, byte[] data) => Write(path, Encoding.UTF8.GetBytes(header), data);

    static void Write(string path, byte[] json, byte[] data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. data]);
    }
}
