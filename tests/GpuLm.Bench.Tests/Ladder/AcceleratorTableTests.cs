using GpuLm.Bench.Ladder;
using GpuLm.Models;
using Xunit;

namespace GpuLm.Bench.Tests.Ladder;

public class AcceleratorTableTests
{
    static readonly AcceleratorTable Table = AcceleratorTable.Default;

    [Fact]
    public void Every_figure_has_a_source_with_an_address_and_every_source_a_figure()
    {
        var figures = Table.Accelerators.SelectMany(AcceleratorTable.FiguresOf).ToList();
        Assert.All(figures, figure => Assert.StartsWith("http", Table.Sources[figure.Source].Url, StringComparison.Ordinal));
        Assert.Empty(Table.Sources.Keys.Except(figures.Select(figure => figure.Source)));
        Assert.True(Table.Accelerators.Count >= 20 && figures.Count > 200);
    }

    [Fact]
    public void Figures_are_in_order_and_in_their_units()
    {
        Assert.Equal(Table.Accelerators.Select(one => one.Available.Year).Order(), Table.Accelerators.Select(one => one.Available.Year));
        Assert.Equal(Table.Accelerators.Count, Table.Accelerators.Select(one => one.Name).Distinct().Count());
        foreach (var one in Table.Accelerators)
        {
            Assert.True(one.Fp32 is not null || one.Bf16 is not null, one.Name);
            foreach (var peak in new[] { one.Fp32, one.Tf32, one.Bf16 }.OfType<Figure>()) Assert.InRange(peak.Value, 1e12, 1e16);
            if (one.Bandwidth is { } bandwidth) Assert.InRange(bandwidth.Value, 50e9, 2e13);
            if (one.Memory is { } memory) Assert.InRange(memory.Value, 1e9, 1e12);
            if (one.Power is { } power) Assert.InRange(power.Value, 50, 2000);
            Assert.All(one.Prices, price => Assert.InRange(price.Value, 0.1, 100_000));
            Assert.Contains(one.Kind, (string[])["cpu", "gpu", "tpu"]);
        }
    }

    [Theory]
    [InlineData("NVIDIA H200", "H200 SXM")]
    [InlineData("NVIDIA H100 80GB HBM3", "H100 SXM5 80GB")]
    [InlineData("NVIDIA GeForce GTX 1080 Ti", "GeForce GTX 1080 Ti")]
    [InlineData("NVIDIA GeForce GTX 1080", "GeForce GTX 1080")]
    [InlineData("NVIDIA L4", "L4")]
    [InlineData("NVIDIA GeForce RTX 4090 Laptop GPU", null)]
    [InlineData("NVIDIA H100 80GB HBM3 MIG 1g.10gb", null)]
    [InlineData("NVIDIA H200 NVL", null)]
    public void A_device_is_known_by_its_driver_s_name(string device, string? accelerator) =>
        Assert.Equal(accelerator, Table.For(LadderExamples.H200 with { Name = device })?.Name);

    [Fact]
    public void A_virtual_machine_is_not_the_processor_that_it_has_a_part_of()
    {
        const string name = "AMD EPYC 9654 96-Core Processor";
        Assert.Equal("EPYC 9654", Table.For(LadderExamples.Cpu(name, 192))?.Name);
        Assert.Null(Table.For(LadderExamples.Cpu(name, 2)));
    }

    [Fact]
    public void A_run_uses_the_precision_that_was_asked_for_or_a_more_exact_one()
    {
        Assert.Equal(Precision.Bf16, Find("H200 SXM").FastestUpTo(Precision.Bf16));
        Assert.Equal(Precision.Tf32, Find("H200 SXM").FastestUpTo(Precision.Tf32));
        Assert.Equal(Precision.Fp32, Find("GeForce GTX 580").FastestUpTo(Precision.Bf16));
        Assert.Null(Find("TPU v4").FastestUpTo(Precision.Fp32));

        static Accelerator Find(string name) => Table.Accelerators.Single(one => one.Name == name);
    }

    [Fact]
    public void Sabotage_a_figure_without_a_source_is_found()
    {
        const string good = """
            { "about": "", "sources": { "a": { "title": "t", "url": "https://example.org" } }, "accelerators": [
              { "name": "x", "vendor": "v", "kind": "gpu", "available": { "value": "2020-01", "source": "a" },
                "fp32": { "value": 1e13, "source": "a" }, "prices": [{ "kind": "launch", "value": 1, "source": "a" }] }] }
            """;
        Assert.Single(AcceleratorTable.Parse(good).Accelerators);
        string[] faulty =
        [
            good.Replace("1e13, \"source\": \"a\"", "1e13, \"source\": \"b\"", StringComparison.Ordinal),
            good.Replace("\"value\": 1, \"source\": \"a\"", "\"value\": 1, \"source\": \"\"", StringComparison.Ordinal),
            good.Replace("https://example.org", "a page", StringComparison.Ordinal),
            good.Replace("1e13, \"source\": \"a\"", "1e13", StringComparison.Ordinal),
            "", "null", "{",
        ];
        foreach (string json in faulty) Assert.Throws<InvalidDataException>(() => AcceleratorTable.Parse(json));
    }
}
