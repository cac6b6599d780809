using Xunit;

namespace GpuLm.Architecture.Tests;

public class FileLengthTests
{
    static List<(string Path, int Lines)> Sources =>
        [.. Repository.Files(".cs").Select(path => (path, Repository.Read(path).Split('\n').Length - 1))];

    [Fact]
    public void Long_files_have_a_reason() => Assert.Empty(SourceRules.TooLong(Sources, Repository.Read("DECISIONS.md")));

    [Fact]
    public void Half_of_all_files_are_short()
    {
        int[] lengths = [.. Sources.Select(source => source.Lines).Order()];
        Assert.InRange(lengths[lengths.Length / 2], 1, SourceRules.MedianLines);
    }

    [Fact]
    public void Lines_are_short() =>
        Assert.Empty(Repository.Files(".cs").SelectMany(path => SourceRules.TooWide(path, Repository.Read(path))));

    [Fact]
    public void Sabotage_a_long_line_is_found()
    {
        string most = new('x', SourceRules.MostColumns);
        Assert.Equal(["a.cs:2 has 141 columns; wrap it at 140."], SourceRules.TooWide("a.cs", $"{most}\n{most}x\n"));
    }

    [Fact]
    public void Sabotage_a_long_file_without_a_reason_is_found()
    {
        (string, int)[] files = [("a/Long.cs", SourceRules.MostLines + 1), ("a/Short.cs", SourceRules.MostLines)];
        Assert.Single(SourceRules.TooLong(files, "Nothing about it."));
        Assert.Empty(SourceRules.TooLong(files, "Long.cs is a table."));
    }
}
