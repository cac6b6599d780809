using GpuLm.Bench.Results;

namespace GpuLm.Bench.Reports.Pictures;

/// <summary>The pictures of a suite's result.</summary>
static class SuitePictures
{
    /// <summary>The pictures that a result has the rows for.</summary>
    public static IEnumerable<Picture> Of(SuiteResult result) => result.Suite switch
    {
        "kernels" => Roofline(result),
        "step" => Families(result),
        "scaling" => Sweeps(result),
        "peers" => Peers(result),
        _ => [],
    };

    static IEnumerable<Picture> Roofline(SuiteResult result)
    {
        if (!result.Rows.Any(RooflinePicture.Shows)) yield break;
        yield return new Picture("roofline", RooflinePicture.Caption(result), RooflinePicture.Draw(result));
    }

    static IEnumerable<Picture> Families(SuiteResult result) =>
        FamiliesPicture.Cases(result).Select(one => new Picture(
            $"step-families-{Style.Slug(one.Key)}",
            $"Time of a training step by kernel family, {one.Key}: wide bars are measured, narrow bars the floor by the ceilings.",
            FamiliesPicture.Draw(one.Key, one))
        {
            Height = 160 + 34 * one.Count(),
        });

    static IEnumerable<Picture> Sweeps(SuiteResult result)
    {
        var sweeps = result.Rows.Where(row => row.Samples is not null && row.Labels.ContainsKey(RowLabels.Sweep))
            .GroupBy(row => row.Label(RowLabels.Sweep)).ToList();
        foreach (var sweep in sweeps.Where(sweep => sweep.Count() > 1))
        {
            if (SpeedUpPicture.Of(sweep.Key, [.. sweep]) is { } speedUp) yield return speedUp;
            else if (sweep.All(row => row.Tokens > 0))
            {
                yield return new Picture(
                    $"scaling-{Style.Slug(sweep.Key)}", $"Throughput of the training step over {sweep.Key}.",
                    ThroughputPicture.Draw(sweep.Key, [.. sweep]));
            }
        }
    }

    static IEnumerable<Picture> Peers(SuiteResult result)
    {
        var ratios = PeersPicture.Ratios(result);
        if (ratios.Count == 0) yield break;
        yield return new Picture(
            "peers", "How many times as fast as its peers this library is at the same work; right of 1 it is faster.",
            PeersPicture.Draw(ratios))
        {
            Height = 160 + 30 * ratios.Count,
        };
    }
}
