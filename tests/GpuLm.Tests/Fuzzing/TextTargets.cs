using System.Text;
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
    ];
}
