using System.Buffers.Binary;
using System.Text;
using GpuLm.Checkpoints;
using Xunit;

namespace GpuLm.Tests.Checkpoints;

public sealed class SafetensorsWriterTests
{
    /// <summary>
    /// The bytes that Hugging Face's writer makes of the same tensors: notes first, tensors of one type by name, no spaces, the header
    /// padded with spaces (github.com/huggingface/safetensors, safetensors/src/tensor.rs, prepare).
    /// </summary>
    [Fact]
    public void A_file_has_the_bytes_of_the_format_s_own_writer()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.Write(folder["m"], [("b", [1]), ("a.1", [2, 1]), ("a", [0])], name => name switch
        {
            "a" => [],
            "a.1" => [1, 2],
            _ => [-0.5f],
        });
        const string Header =
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"""
            + ""","a.1":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""";
        byte[] json = Encoding.UTF8.GetBytes(Header.PadRight((Header.Length + 7) / 8 * 8));
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        Assert.Equal(
            [.. length, .. json, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0, 0xBF], File.ReadAllBytes(folder["m"]));
    }

    [Fact]
    public void The_length_is_known_before()
    {
        using var folder = new TemporaryFolder();
        (string, IReadOnlyList<int>)[] tensors = [("one", [3, 5]), ("other", [])];
        SafetensorsWriter.Write(folder["m"], tensors, name => new float[name == "one" ? 15 : 1]);
        Assert.Equal(new FileInfo(folder["m"]).Length, SafetensorsWriter.Bytes(tensors));
    }
}
