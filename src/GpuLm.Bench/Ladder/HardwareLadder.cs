using GpuLm.Bench.Results;

namespace GpuLm.Bench.Ladder;

/// <summary>The same training steps on every device whose results are kept: how one code base rides faster hardware.</summary>
/// <param name="Steps">What was measured, by device.</param>
public sealed record HardwareLadder(IReadOnlyList<MeasuredStep> Steps)
{
    /// <summary>Reads the ladder from the folders of a folder, one a device; each may hold <c>step.json</c>.</summary>
    /// <param name="results">The folder, <c>benchmarks/results</c> for instance.</param>
    /// <exception cref="GpuLmException">There is no such folder, or a result cannot be read.</exception>
    public static HardwareLadder Read(string results)
    {
        if (!Directory.Exists(results))
        {
            throw new GpuLmException(
                $"There is no folder {results}. Name the one whose folders hold results, benchmarks/results for instance.");
        }
        var steps = Directory.GetDirectories(results).Order(StringComparer.Ordinal)
            .Where(folder => File.Exists(SuiteFile.PathIn(folder, "step")))
            .SelectMany(StepsOf);
        return new HardwareLadder([.. steps]);
    }

    /// <summary>The steps that one device's folder holds; none where it was measured at sizes that mean nothing.</summary>
    /// <exception cref="GpuLmException">The result cannot be read.</exception>
    public static IReadOnlyList<MeasuredStep> StepsOf(string folder)
    {
        var result = SuiteFile.Read(SuiteFile.PathIn(folder, "step"));
        if (result.Environment.Tiny) return [];
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return [.. result.Rows.Where(MeasuredStep.IsStep).Select(row => new MeasuredStep(name, result.Environment, row))];
    }

    /// <summary>For each task and device its fastest step, the precision being free; the tasks in their order of appearance.</summary>
    public IEnumerable<IGrouping<string, MeasuredStep>> Tasks() =>
        Steps.GroupBy(step => (step.Task, step.Folder))
            .Select(group => group.MaxBy(step => step.TokensPerSecond)!)
            .GroupBy(step => step.Task);
}
