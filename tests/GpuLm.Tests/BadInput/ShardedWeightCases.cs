using System.Text.Json.Nodes;
using GpuLm.Checkpoints;

namespace GpuLm.Tests.BadInput;

/// <summary>A model's parameters in several files with an index, damaged.</summary>
static class ShardedWeightCases
{
    const string Index = "model/model.safetensors.index.json";
    const string First = "model-00001-of-00002.safetensors", Second = "model-00002-of-00002.safetensors";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        Damaged(
            "an index with a tensor too many", folder => folder.Replace(Index, "\"wte.weight\"", $"\"more\":\"{First}\",\"wte.weight\""),
            "more"),
        Damaged("an index with tensors in the wrong file", folder => folder.Replace(Index, Second, First), First),
        Damaged("one of several files cut short", folder => folder.Change("model/" + First, file => file[..^4]), First, "truncated"),
        Damaged("an enormous index", folder => Sparse.Enlarge(folder[Index]), "1099511627776 bytes", "Save or download it again"),
        Damaged("one of several files empty", folder => folder.Write("model/" + First, ""), First, "too few for a header"),
    ];

    static BadInput Damaged(string name, Action<TemporaryFolder> damage, params string[] says) =>
        new(name, "evaluate --model DIR/model --text DIR/text.txt --device cpu", says)
        {
            Arrange = folder =>
            {
                Split(folder);
                damage(folder);
            },
        };

    /// <summary>Writes the model's parameters into two files with an index, as large published models are.</summary>
    static void Split(TemporaryFolder folder)
    {
        var map = new JsonObject();
        using (var whole = new SafetensorsFile(folder["model/model.safetensors"]))
        {
            SafetensorsTensor[] tensors = [.. whole.Tensors.Values];
            Write(tensors[..(tensors.Length / 2)], First);
            Write(tensors[(tensors.Length / 2)..], Second);

            void Write(SafetensorsTensor[] part, string name)
            {
                SafetensorsWriter.Write(
                    folder["model/" + name],
                    part.Select(tensor => (tensor.Name, (IReadOnlyList<int>)[.. tensor.Shape.Select(size => (int)size)])),
                    tensor => whole.Read(whole.Tensors[tensor]));
                foreach (var tensor in part) map[tensor.Name] = name;
            }
        }
        File.Delete(folder["model/model.safetensors"]);
        folder.Write(Index, new JsonObject { ["weight_map"] = map }.ToJsonString());
    }
}
