using GpuLm.Models;

namespace GpuLm.Tests.BadInput;

/// <summary>Evaluations that cannot be made, and questions that cannot be asked.</summary>
static class EvaluationCases
{
    const string Good = """{"context": "The cat", "choices": ["sat", "lay"], "label": 0}""" + "\n";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        BadInput.Usage("nothing to evaluate on", "evaluate --model DIR/model", "give --text, --task or both"),
        BadInput.Usage("--stride 0", "evaluate --model DIR/model --text DIR/text.txt --stride 0", "--stride takes"),
        new(
            "a stride longer than the context", "evaluate --model DIR/model --text DIR/text.txt --stride 17 --device cpu",
            "A stride of 17 does not fit a context of 16 tokens", "from 1 to 16"),
        new(
            "a context longer than the model's", "evaluate --model DIR/model --text DIR/text.txt --context 17 --device cpu",
            "--context 17 is more than the model's 16 tokens", "leave it out"),
        new(
            "more tokens at once than can be counted", "evaluate --model DIR/model --text DIR/text.txt --batch 65536 --device cpu",
            "65536 sequences of 65536 tokens at once does not fit", "At most --batch")
        {
            Arrange = folder => SparseModel.Write(folder["model"], new GptConfig(1, 2, 8, 65536, 256)),
        },
        new(
            "tokens to evaluate on", "evaluate --model DIR/model --text DIR/val.bin --device cpu", "val.bin", "holds tokens, not text",
            "Give the text")
        {
            Arrange = folder => folder.Write("val.bin", new byte[2000]),
        },
        new("a task that is missing", "evaluate --model DIR/model --task DIR/none.jsonl", "There is no file", "none.jsonl"),
        Task("a task without a question", "\n\n", "has no question"),
        Task("a task that is not JSON", Good + "The cat sat.\n", "line 2 is no question", "A line is a JSON object"),
        Task("a question without choices", """{"context": "The cat", "label": 0}""", "line 1", "it has no choices"),
        Task("a question with one choice", """{"context": "The cat", "choices": ["sat"], "label": 0}""", "1 choices; 2 are the least"),
        Task("an empty choice", """{"context": "The cat", "choices": ["sat", ""], "label": 0}""", "choice 1 is empty"),
        Task("a label out of range", Good.Replace("0", "2", StringComparison.Ordinal), "its label is 2", "0 to 1"),
        Task("a question without its label", Good.Replace("label", "gold", StringComparison.Ordinal), "it has no label"),
        Task(
            "a choice longer than the context", Good.Replace("sat", "sat on the red mat", StringComparison.Ordinal), "line 1",
            "a choice has 19 tokens, and the model reads 16", "Shorten it"),
        new("a question with a character that the model does not know", "evaluate --model DIR/char --task DIR/task.jsonl --device cpu",
            "line 1", "'ä'", "train with the byte tokenizer")
        {
            Arrange = folder => folder.Write("task.jsonl", Good.Replace("cat", "cät", StringComparison.Ordinal)),
        },
        new("an enormous task", "evaluate --model DIR/model --task DIR/task.jsonl --device cpu", "task.jsonl", "bytes")
        {
            Arrange = folder => Sparse.Enlarge(folder["task.jsonl"]),
        },
    ];

    static BadInput Task(string name, string file, params string[] says) =>
        new(name, "evaluate --model DIR/model --task DIR/task.jsonl --device cpu", ["task.jsonl", .. says])
        {
            Arrange = folder => folder.Write("task.jsonl", file),
        };
}
