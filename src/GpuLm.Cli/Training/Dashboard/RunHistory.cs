using GpuLm.Training;

namespace GpuLm.Cli.Training.Dashboard;

/// <summary>
/// A run's steps as the points of a chart, in memory that does not grow with the run: where there are too many points, neighbours become
/// one, and from then on a point stands for twice as many steps. Not safe for several threads.
/// </summary>
/// <param name="capacity">Most points; an even number.</param>
sealed class RunHistory(int capacity = 4096)
{
    readonly List<HistoryPoint> points = [];
    HistoryPoint? unfinished;
    int stepsInUnfinished;

    /// <summary>Steps that a point stands for.</summary>
    public int Stride { get; private set; } = 1;

    /// <summary>Adds a step.</summary>
    public void Add(StepReport report)
    {
        var point = new HistoryPoint(report);
        unfinished = unfinished is null ? point : unfinished.Join(point);
        if (++stepsInUnfinished < Stride) return;
        points.Add(unfinished);
        (unfinished, stepsInUnfinished) = (null, 0);
        if (points.Count == capacity) Thin();
    }

    /// <summary>The points that a reader lacks.</summary>
    /// <param name="stride">The stride that the reader knows; with another one it needs all points.</param>
    /// <param name="lastStep">The step of the last point that it knows.</param>
    public HistoryPoint[] After(int stride, int lastStep) =>
        stride == Stride ? [.. points.SkipWhile(point => point.Step <= lastStep)] : [.. points];

    void Thin()
    {
        for (int i = 0; i < points.Count / 2; i++) points[i] = points[2 * i].Join(points[2 * i + 1]);
        points.RemoveRange(points.Count / 2, points.Count / 2);
        Stride *= 2;
    }
}
