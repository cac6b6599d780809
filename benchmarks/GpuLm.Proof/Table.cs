using System.Globalization;
using System.Text;

namespace GpuLm.Proof;

/// <summary>Both sides' figures as a table that says which bars are held.</summary>
static class Table
{
    /// <summary>A row for every case of the list: one that a side lacks says so.</summary>
    public static string Markdown(CaseList list, Report? ours, Report? torch)
    {
        var rows = list.Cases.Select(spec => Row.Of(list, spec, ours, torch)).ToList();
        int Count(Verdict verdict) => rows.Count(row => row.Verdict == verdict);
        var text = new StringBuilder();
        text.AppendLine(Head("GpuLm", ours)).AppendLine(Head("PyTorch", torch)).AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Bars: {Count(Verdict.Held)} held, {Count(Verdict.Missed)} missed, {Count(Verdict.NotJudged)} not judged. "
            + $"Above 1 GpuLm is faster; against the copy a ratio is the share of its bytes a second. "
            + $"Figures are of the round in the middle; ratios are medians over rounds, with their spread.");
        text.AppendLine();
        text.AppendLine("| case | shape | GpuLm | in | ms | quartiles | PyTorch | ms | quartiles | ratio | spread | bar | aim | |");
        text.AppendLine("|---|---|---:|---|---:|---|---:|---:|---|---:|---|---:|---:|---|");
        foreach (var row in rows) text.AppendLine(row.ToString());
        return text.ToString();
    }

    static string Head(string side, Report? report) => report?.Machine is { } machine
        ? $"{side}: {machine.Device}; {machine.Software}; commit {machine.Commit}; {machine.Date}; `{machine.Command}`.  "
        : $"{side}: no report.  ";
}
