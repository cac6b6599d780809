using System.Diagnostics;
using System.Globalization;

namespace GpuLm.Cli.Evaluation;

/// <summary>A line every few seconds, for whoever waits: <c>12,288 tokens predicted</c>.</summary>
sealed class ProgressLines(TextWriter output, string what)
{
    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);
    long lastLine = Stopwatch.GetTimestamp();

    public void Show(long count)
    {
        if (Stopwatch.GetElapsedTime(lastLine) < BetweenLines) return;
        lastLine = Stopwatch.GetTimestamp();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}"));
    }
}
