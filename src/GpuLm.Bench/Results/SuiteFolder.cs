namespace GpuLm.Bench.Results;

/// <summary>The results of a folder.</summary>
public static class SuiteFolder
{
    /// <summary>Reads what a path holds: a suite's file, or all suites of a folder, in the order of a report.</summary>
    /// <exception cref="GpuLmException">There are no results.</exception>
    public static IReadOnlyList<SuiteResult> Read(string path)
    {
        if (!Directory.Exists(path)) return [SuiteFile.Read(path)];
        SuiteResult[] results =
            [.. SuiteFile.Suites.Select(suite => SuiteFile.PathIn(path, suite)).Where(File.Exists).Select(SuiteFile.Read)];
        return results.Length > 0
            ? results
            : throw new GpuLmException(
                $"{path} holds no results. Name a folder that a benchmark wrote: it has a file SUITE.json for each suite.");
    }
}
