using System.Text;
using GpuLm.Evaluation;
using Xunit;

namespace GpuLm.Tests.Evaluation;

public sealed class MultipleChoiceFileTests
{
    static IReadOnlyList<MultipleChoiceQuestion> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    static IReadOnlyList<MultipleChoiceQuestion> Read(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        return MultipleChoiceFile.Read(folder.Write("task.jsonl", bytes));
    }

    [Fact]
    public void Both_names_of_a_property_are_read_and_labels_as_numbers_or_strings()
    {
        var questions = Read(
            "\uFEFF{\"context\": \"A dog\", \"choices\": [\"barks\", \"flies\"], \"label\": 0}\r\n\n"
            + "{\"ind\": 24, \"ctx\": \"\", \"endings\": [\"x\", \"y\", \"z\"], \"label\": \"2\", \"split\": \"val\"}");
        Assert.Equal(2, questions.Count);
        Assert.Equal(("A dog", 0), (questions[0].Context, questions[0].Label));
        Assert.Equal(["barks", "flies"], questions[0].Choices);
        Assert.Equal(("", 2), (questions[1].Context, questions[1].Label));
        Assert.EndsWith("line 3", questions[1].Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has no question")]
    [InlineData("\n \n", "has no question")]
    [InlineData("{", "line 1 is no question")]
    [InlineData("7", "it is no JSON object")]
    [InlineData("""{"choices": ["a", "b"], "label": 0}""", "it has no context")]
    [InlineData("""{"context": 5, "choices": ["a", "b"], "label": 0}""", "its context is no string")]
    [InlineData("""{"context": "x", "label": 0}""", "it has no choices")]
    [InlineData("""{"context": "x", "choices": "ab", "label": 0}""", "its choices are no list")]
    [InlineData("""{"context": "x", "choices": ["a"], "label": 0}""", "it has 1 choices; 2 are the least")]
    [InlineData("""{"context": "x", "choices": ["a", ""], "label": 0}""", "choice 1 is empty")]
    [InlineData("""{"context": "x", "choices": ["a", null], "label": 0}""", "its choice is no string")]
    [InlineData("""{"context": "x", "choices": ["a", "b"]}""", "it has no label")]
    [InlineData("""{"context": "x", "choices": ["a", "b"], "label": 2}""", "its label is 2; it must be a choice's index, 0 to 1")]
    [InlineData("""{"context": "x", "choices": ["a", "b"], "label": -1}""", "its label is -1")]
    [InlineData("""{"context": "x", "choices": ["a", "b"], "label": ""}""", "its label is empty")]
    [InlineData("""{"context": "\ud800", "choices": ["a", "b"], "label": 0}""", "line 1 is no question")]
    public void A_line_that_is_no_question_is_named(string line, string message) =>
        Assert.Contains(message, Assert.Throws<GpuLmException>(() => Read(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_line_is_counted_and_bytes_that_are_no_UTF8_are_refused()
    {
        const string Good = "{\"context\": \"x\", \"choices\": [\"a\", \"b\"], \"label\": 0}\n";
        Assert.Contains("line 3", Assert.Throws<GpuLmException>(() => Read(Good + Good + "{]")).Message, StringComparison.Ordinal);
        byte[] broken = Encoding.UTF8.GetBytes(Good);
        broken[13] = 0xFF;
        Assert.Throws<GpuLmException>(() => Read(broken));
    }
}
