using System.Text;
using GpuLm.Cli.Generation;
using GpuLm.Evaluation;

namespace GpuLm.Tests.Fuzzing;

/// <summary>Readers of texts and questions.</summary>
static class TextTargets
{
    const string Questions =
        """
        {"context": "A dog", "choices": ["barks", "flies"], "label": 0}

        {"ctx": "", "endings": ["x", "y", "z"], "label": "2"}
        """;

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("task", "task.jsonl", [Encoding.UTF8.GetBytes(Questions)], path => MultipleChoiceFile.Read(path),
            "context", "ctx", "choices", "endings", "label"),
        new("prompts in lines", "prompts.txt", ["The cat\nsat\n"u8.ToArray()], path => PromptFile.Read(path, () => Stream.Null)),
        new("prompts in JSON", "prompts.jsonl", ["{\"prompt\": \"The cat\"}\n{\"prompt\": \"sat\"}\n"u8.ToArray()],
            path => PromptFile.Read(path, () => Stream.Null), "prompt"),
    ];
}
