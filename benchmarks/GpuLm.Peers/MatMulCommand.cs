using System.CommandLine;
using System.Globalization;
using GpuLm.Devices;
using GpuLm.Kernels.MatMul;
using TorchSharp;

namespace GpuLm.Peers;

/// <summary><c>matmul</c>: fp32 products in libtorch and in GpuLm, interleaved.</summary>
static class MatMulCommand
{
    sealed record Row(
        string Kind, int M, int N, int K, double TorchGflops, double TorchSpread, double OurGflops, double OurSpread, double Ratio);

    public static Command Create()
    {
        var threads = Common.Threads();
        var rounds = Common.Rounds(9);
        var json = Common.Json();
        var only = new Option<string?>("--only") { Description = "Only shapes whose name contains this, such as 'NT 256x'." };
        var command = new Command("matmul", "Times fp32 matrix products of libtorch and GpuLm in turn.") { threads, rounds, only, json };
        command.SetAction(result => Run(result.GetValue(threads), result.GetValue(rounds), result.GetValue(only), result.GetValue(json)));
        return command;
    }

    static readonly (string Name, bool TransposeA, bool TransposeB)[] Kinds =
        [("NN", false, false), ("NT", false, true), ("TN", true, false)];

    static IEnumerable<(int M, int N, int K)> Shapes =>
    [
        (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048),
        .. from m in (int[])[256, 2048]
           from layer in ((int K, int N)[])[(768, 2304), (768, 768), (768, 3072), (3072, 768), (768, 50_257)]
           select (m, layer.N, layer.K),
    ];

    static void Run(int threads, int rounds, string? only, FileInfo? json)
    {
        torch.set_num_threads(threads);
        using var catalog = new DeviceCatalog();
        using var device = catalog.Open("cpu", threads);
        var matMul = new MatMul(device);
        double PeakGflops() => DeviceProbe.Measure(device).FlopsPerSecond / 1e9;
        double peak = PeakGflops();
        var rows = new List<Row>();
        foreach (var (m, n, k) in Shapes)
        {
            foreach (var (kind, transposeA, transposeB) in Kinds)
            {
                if (only is not null && !$"{kind} {m}x{n}x{k}".Contains(only, StringComparison.Ordinal)) continue;
                var shape = new MatMulShape(m, n, k, transposeA, transposeB);
                using var products = new MatMulCase(device, matMul, shape);
                products.Verify();
                var times = Interleaved.Measure(
                    rounds, block: TimeSpan.FromMilliseconds(60), warmUp: TimeSpan.FromMilliseconds(400), products.Torch, products.Ours);
                double Gflops(Timing timing) => shape.Flops / timing.Median / 1e6;
                rows.Add(new Row(
                    kind, m, n, k, Gflops(times[0]), times[0].Spread, Gflops(times[1]), times[1].Spread, times[1].SpeedUpOver(times[0])));
                Console.Error.WriteLine(rows[^1]);
            }
        }
        // A peak is what nothing disturbed: the better of before and after.
        peak = Math.Max(peak, PeakGflops());
        var machine = Machine.Describe(threads, Torch.TorchGolden.Versions);
        Print(machine, peak, rows);
        if (json is not null) Common.Write(json, new { Machine = machine, PeakGflops = peak, Rows = rows });
    }

    static void Print(Machine machine, double peak, List<Row> rows)
    {
        Console.WriteLine(machine);
        Console.WriteLine(Text($"Measured peak of independent multiply-adds in registers: {peak:f0} GFLOP/s."));
        Console.WriteLine();
        Console.WriteLine("| product | M x N x K | libtorch GFLOP/s | spread | GpuLm GFLOP/s | spread | of peak | GpuLm / libtorch |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|");
        foreach (var row in rows)
        {
            string torch = Text($"{row.TorchGflops:f0} | {row.TorchSpread:p0}"), ours = Text($"{row.OurGflops:f0} | {row.OurSpread:p0}");
            string ratios = Text($"{row.OurGflops / peak:p0} | {row.Ratio:f2}");
            Console.WriteLine($"| {row.Kind} | {row.M} x {row.N} x {row.K} | {torch} | {ours} | {ratios} |");
        }

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
