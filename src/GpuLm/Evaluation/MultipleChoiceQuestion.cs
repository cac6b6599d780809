namespace GpuLm.Evaluation;

/// <summary>A text and its possible continuations, one of which is right.</summary>
/// <param name="Place">Where it stands, for messages: the file and the line.</param>
/// <param name="Context">The text; may be empty.</param>
/// <param name="Choices">2 continuations or more, none of them empty.</param>
/// <param name="Label">The right one's index.</param>
public sealed record MultipleChoiceQuestion(string Place, string Context, IReadOnlyList<string> Choices, int Label);
