using GpuLm.Bench.Reports.Pictures;

namespace GpuLm.Bench.Reports;

/// <summary>A part of a report, from top to bottom.</summary>
abstract record Block;

/// <summary>A heading.</summary>
/// <param name="Level">1 is the title.</param>
/// <param name="Text">Plain text.</param>
sealed record Heading(int Level, string Text) : Block;

/// <summary>Paragraphs or lists.</summary>
/// <param name="Markdown">Markdown.</param>
sealed record Prose(string Markdown) : Block;

/// <summary>A table.</summary>
/// <param name="Table">Its cells.</param>
sealed record Grid(CellTable Table) : Block;

/// <summary>A picture with what it shows below.</summary>
/// <param name="Picture">The picture.</param>
sealed record Illustration(Picture Picture) : Block;
