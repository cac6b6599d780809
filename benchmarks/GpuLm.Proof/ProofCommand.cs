using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using GpuLm.Devices;

namespace GpuLm.Proof;

/// <summary>The <c>gpulm-proof</c> command. It exits with 0 when all went well, 1 when a result was wrong or a case failed.</summary>
static class ProofCommand
{
    const string Side = "GpuLm";

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Measures GpuLm on the cases that torch_peers.py measures PyTorch on, and makes the table of both.")
        {
            Measuring("kernels", "Measures the kernels.", spec => spec.Op != CaseList.Step, output, error),
            Measuring("step", "Measures training steps.", spec => spec.Op == CaseList.Step, output, error),
            Tabling(output, error),
        };
        return root.Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = error });
    }

    static Command Measuring(string name, string description, Func<CaseSpec, bool> belongs, TextWriter output, TextWriter error)
    {
        Option<string> device = new("--device") { Description = "Device: cuda, cpu, ...", DefaultValueFactory = _ => "cuda" };
        Option<string> precision = new("--precision")
        {
            Description = "Precisions, comma-separated; each case takes the first that it has.", DefaultValueFactory = _ => "bf16,fp32",
        };
        precision.Validators.Add(result =>
        {
            string[] unknown = [.. (result.GetValue(precision) ?? "").Split(',').Except(Precision.All.Select(p => p.Name))];
            if (unknown.Length > 0) result.AddError($"There is no precision '{unknown[0]}'; there are {string.Join(", ", Precision.All.Select(p => p.Name))}.");
        });
        Option<string> only = new("--only") { Description = "Only cases whose names contain this.", DefaultValueFactory = _ => "" };
        Option<double> seconds = new("--seconds") { Description = "Time for all cases.", DefaultValueFactory = _ => 60 };
        Option<bool> tiny = new("--tiny") { Description = "Every case once on sizes that take no time." };
        Option<int> round = new("--round") { Description = "Which turn of this side.", DefaultValueFactory = _ => 1 };
        Option<FileInfo?> json = new("--json") { Description = "File that the results are added to." };
        var command = new Command(name, description) { device, precision, only, seconds, tiny, round, json };
        command.SetAction(parsed =>
        {
            Precision[] wanted = [.. parsed.GetValue(precision)!.Split(',').Select(text => Precision.All.First(p => p.Name == text))];
            int turn = parsed.GetValue(round);
            var cases = CaseList.Built.Cases.Where(belongs).Where(spec => spec.Name.Contains(parsed.GetValue(only)!, StringComparison.Ordinal));
            // What drifts during a round, and what its end has no time for, meets other cases in the next.
            if (turn % 2 == 0) cases = cases.Reverse();
            return Measure(
                [.. parsed.GetValue(tiny) ? cases.Select(spec => spec.Tiny()) : cases], wanted, parsed.GetValue(device)!,
                TimeSpan.FromSeconds(parsed.GetValue(tiny) ? 0 : parsed.GetValue(seconds)), turn, parsed.GetValue(json), output, error);
        });
        return command;
    }

    static int Measure(
        IReadOnlyList<CaseSpec> cases, IReadOnlyList<Precision> wanted, string deviceName, TimeSpan time, int round, FileInfo? json,
        TextWriter output, TextWriter error)
    {
        using var catalog = new DeviceCatalog();
        DeviceInfo info;
        try
        {
            info = catalog.Select(deviceName);
        }
        catch (DeviceNotFoundException missing)
        {
            error.WriteLine($"error: {missing.Message}");
            return 1;
        }
        using var device = catalog.Open(info);
        output.WriteLine($"Device: {info}");
        var report = (json is null ? null : Report.Find(json.FullName)) ?? new Report(Side, Machine.Of(info), []);
        long begin = Stopwatch.GetTimestamp();
        bool good = true;
        for (int i = 0; i < cases.Count; i++)
        {
            var left = time - Stopwatch.GetElapsedTime(begin);
            var result = Result(cases[i], left / (cases.Count - i), outOfTime: time > TimeSpan.Zero && left <= TimeSpan.Zero);
            output.WriteLine(CaseRunner.Describe(result));
            report = report.With(result);
            // After every case: what was measured shall survive if a later case ends the process.
            if (json is not null) report.Write(json.FullName);
        }
        return good ? 0 : 1;

        CaseResult Result(CaseSpec spec, TimeSpan share, bool outOfTime)
        {
            var precision = Variants.Choose(spec.Op, wanted);
            string names = string.Join(" or ", wanted.Select(p => p.Name));
            if (precision is null) return new CaseResult(round, spec.Name, spec.ToString(), names, Reason: $"no {names} launcher of {spec.Op}");
            if (outOfTime) return new CaseResult(round, spec.Name, spec.ToString(), precision.Name, Reason: $"the {time.TotalSeconds} s were used up");
            var result = CaseRunner.Measure(spec, round, precision, Variants.All[(spec.Op, precision)], device, share);
            good &= result.Reason is null;
            return result;
        }
    }

    static Command Tabling(TextWriter output, TextWriter error)
    {
        Argument<FileInfo> ours = new("ours") { Description = "What gpulm-proof wrote." };
        Argument<FileInfo> torch = new("torch") { Description = "What torch_peers.py wrote." };
        var command = new Command("table", "Makes the table of both sides, with the bars held and missed.") { ours, torch };
        command.SetAction(parsed =>
        {
            try
            {
                output.Write(Table.Markdown(CaseList.Built, Report.Find(parsed.GetValue(ours)!.FullName), Report.Find(parsed.GetValue(torch)!.FullName)));
                return 0;
            }
            catch (JsonException broken)
            {
                error.WriteLine($"error: not a report: {broken.Message}");
                return 1;
            }
        });
        return command;
    }
}
