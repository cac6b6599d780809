using System.Runtime.InteropServices;
using System.Text;
using static GpuLm.Tests.BadInput.SafetensorsDamage;

namespace GpuLm.Tests.BadInput;

/// <summary>A model's parameters, damaged.</summary>
static class WeightCases
{
    const string Weights = "model/model.safetensors", Evaluate = "evaluate --model DIR/model --text DIR/text.txt --device cpu";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        Damaged("parameters that are cut short", file => file[..^10], "truncated"),
        Damaged("parameters with bytes too many", file => [.. file, 1, 2, 3], "3 bytes after its last tensor"),
        Damaged("parameters that are empty", _ => [], "0 bytes, too few for a header"),
        Damaged("parameters that are a web page", _ => Encoding.UTF8.GetBytes("<!DOCTYPE html><html></html>"), "its header claims"),
        Damaged("a header of 2^60 bytes", file => HeaderLength(file, 1UL << 60), "its header claims 1152921504606846976 bytes"),
        Damaged("a header longer than the file", file => HeaderLength(file, 1 << 26), "its header claims 67108864 bytes"),
        Damaged("a header cut short", file => HeaderLength(file, 40), "not valid JSON"),
        Damaged("a tensor of an unknown type", file => InHeader(file, "\"F32\"", "\"F31\""), "unknown dtype 'F31'"),
        Damaged("a tensor of whole numbers", file => InHeader(file, "\"F32\"", "\"I32\""), "is I32; only F32, F16 and BF16"),
        Damaged("a tensor of another length than its shape", file => InHeader(file, "[256,8]", "[256,9]"), "hold 8192 bytes"),
        Damaged("a tensor of another shape than the model's", file => InHeader(file, "[256,8]", "[8,256]"),
            "wte.weight has the shape [8, 256]; the model needs [256, 8]"),
        Damaged("tensors that overlap", file => InHeader(file, "[96,864]", "[95,863]"), "overlaps"),
        Damaged("tensors with a hole between them", file => InHeader(file, "[0,96]", "[4,100]"), "leaves a hole"),
        Damaged(
            "a tensor whose size overflows", file => InHeader(file, "[256,8]", "[4294967296,4294967296,4294967296]"), "impossible shape"),
        Damaged("a tensor of negative size", file => InHeader(file, "[256,8]", "[-256,-8]"), "no shape of whole numbers"),
        Damaged("a tensor twice", file => InHeader(file, "\"wpe.weight\"", "\"wte.weight\""), "wte.weight"),
        Damaged("a tensor with the prefix and without", file => InHeader(file, "\"wpe.weight\"", "\"transformer.wte.weight\""),
            "holds wte.weight twice"),
        Damaged(
            "a tensor under another name", file => InHeader(file, "\"wpe.weight\"", "\"wpe.wait\""), "lacks wpe.weight", "from one save"),
        Damaged(
            "a tensor too many",
            file => InHeader(file, "{\"__meta", "{\"more\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"__meta"),
            "holds more, which the model does not have"),
        new("parameters that are no numbers", Evaluate, "loss is not finite", "Take an earlier checkpoint")
        {
            Arrange = folder => folder.Change(Weights, NotNumbers),
        },
        new("parameters of another model", Evaluate, "wte.weight has the shape", "take both files from one save")
        {
            Arrange = folder => File.Copy(folder["char/model.safetensors"], folder[Weights], overwrite: true),
        },
    ];

    static BadInput Damaged(string name, Func<byte[], byte[]> damage, params string[] says) =>
        new(name, Evaluate, ["model.safetensors", .. says])
        {
            Arrange = folder => folder.Change(Weights, damage),
        };

    static byte[] NotNumbers(byte[] file)
    {
        MemoryMarshal.Cast<byte, float>(file.AsSpan(file.Length - 1024))[..^1].Fill(float.NaN);
        return file;
    }
}
