using System.CommandLine;
using GpuLm.Devices;

namespace GpuLm.Proof;

/// <summary><c>kernels</c> and <c>step</c>: measure those cases that belong to them.</summary>
static class MeasureCommand
{
    static readonly string Precisions = string.Join(", ", Precision.All.Select(precision => precision.Name));

    public static Command Create(string name, string description, Func<CaseSpec, bool> belongs, TextWriter output, TextWriter error)
    {
        Option<string> device = new("--device") { Description = "Device: cuda, cpu, ...", DefaultValueFactory = _ => "cuda" };
        Option<string> precision = new("--precision")
        {
            Description = "Precisions, comma-separated; each case takes the first that it has.", DefaultValueFactory = _ => "bf16,fp32",
        };
        precision.Validators.Add(result =>
        {
            string? unknown = (result.GetValue(precision) ?? "").Split(',').FirstOrDefault(text => Precision.Find(text) is null);
            if (unknown is not null) result.AddError($"There is no precision '{unknown}'; there are {Precisions}.");
        });
        Option<string> only = new("--only") { Description = "Only cases whose names contain this.", DefaultValueFactory = _ => "" };
        Option<double> seconds = new("--seconds") { Description = "Time for all cases.", DefaultValueFactory = _ => 60 };
        Option<bool> tiny = new("--tiny") { Description = "Every case once on sizes that take no time." };
        Option<int> round = new("--round") { Description = "Which turn of this side.", DefaultValueFactory = _ => 1 };
        Option<FileInfo?> json = new("--json") { Description = "File that the results are added to." };
        var command = new Command(name, description) { device, precision, only, seconds, tiny, round, json };
        command.SetAction(parsed =>
        {
            string part = parsed.GetValue(only)!;
            bool small = parsed.GetValue(tiny);
            var cases = CaseList.Built.Cases.Where(belongs).Where(spec => spec.Name.Contains(part, StringComparison.Ordinal));
            if (small) cases = cases.Select(spec => spec.Tiny());
            using var catalog = new DeviceCatalog();
            try
            {
                var run = new MeasuredRun(catalog.Select(parsed.GetValue(device)!), parsed.GetValue(round), parsed.GetValue(json)?.FullName)
                {
                    Wanted = [.. parsed.GetValue(precision)!.Split(',').Select(text => Precision.Find(text)!)],
                    Time = small ? null : TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                };
                return run.Measure(catalog, [.. cases], output) ? 0 : 1;
            }
            catch (DeviceNotFoundException missing)
            {
                error.WriteLine($"error: {missing.Message}");
                return 1;
            }
        });
        return command;
    }
}
