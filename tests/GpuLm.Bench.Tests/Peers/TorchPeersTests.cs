using System.ComponentModel;
using GpuLm.Bench.Peers;
using GpuLm.Bench.Results;
using GpuLm.Bench.Steps;
using GpuLm.Bench.Tests.Results;
using GpuLm.Models;
using GpuLm.Tests;
using Xunit;

namespace GpuLm.Bench.Tests.Peers;

/// <summary>The script that measures the other side: without PyTorch it says what it would time.</summary>
public sealed class TorchPeersTests : IDisposable
{
    static readonly (string Kernel, string Sizes, string Shape)[] Kernels =
    [
        ("MatMul.NN", "M x N x K", "8 x 16 x 24"), ("MatMul.NT", "M x N x K", "8 x 16 x 24"), ("MatMul.TN", "M x N x K", "8 x 16 x 24"),
        ("Attention.Forward", "B x T x H x KV x D", "2 x 40 x 4 x 2 x 64"),
        ("Attention.Backward", "B x T x H x KV x D", "2 x 40 x 4 x 2 x 64"),
        ("LayerNorm.Forward", "rows x columns", "9 x 24"), ("LayerNorm.Backward", "rows x columns", "9 x 24"),
        ("Gelu.Tanh", "rows x columns", "9 x 24"), ("Gelu.TanhBackward", "rows x columns", "9 x 24"),
        ("AdamW.Step", "elements", "99"), ("CrossEntropy.ForwardBackward", "rows x columns", "9 x 24"), ("Probe.Triad", "elements", "99"),
    ];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_times_every_kernel_that_has_a_bar_at_our_shapes()
    {
        Assert.Empty(Bar.All.SelectMany(bar => bar.Work).Except(Kernels.Select(kernel => kernel.Kernel))
            .Except(["Attention.Forward+Backward", "training step"]));
        ResultRow[] rows =
        [
            .. Kernels.Select(kernel => PeerExample.Ours(kernel.Kernel, kernel.Shape, 1).With("sizes", kernel.Sizes)),
            PeerExample.Ours("Reduction.Sum", "99", 1).With("sizes", "elements"),
            PeerExample.Ours("Gelu.Tanh", "1 x 2", 1).With("cache", "warm"),
            PeerExample.Ours("MatMul.NN", "1 x 2 x 3", 1).With("configuration", "64x64"),
        ];
        SuiteFile.Write(folder.Path, PeerExample.Kernels(rows));
        Assert.Equal(
            [.. Kernels.Select(kernel => $"{kernel.Kernel}\t{kernel.Shape}\tbf16"), "copy\t99\tbf16"], Listed(folder.Path));
    }

    [Fact]
    public void It_knows_the_models_that_are_timed()
    {
        ResultRow[] rows = [.. StepModel.Standard.Select(Step), Step(StepModel.Tiny).With("family", "MatMul")];
        SuiteFile.Write(folder.Path, new SuiteResult("step", Example.Environment, rows, []));
        Assert.Equal(
            StepModel.Standard.Select(model => $"training step\t{model.Name}, B {model.Batch}, T {model.Length}\tbf16"),
            Listed(folder.Path));
    }

    [Fact]
    public void Sabotage_a_model_that_has_changed_is_found()
    {
        var changed = StepModel.Small with { Config = StepModel.Small.Config with { Layers = 7 } };
        SuiteFile.Write(folder.Path, new SuiteResult("step", Example.Environment, [Step(changed)], []));
        Assert.Contains("is not the model that was measured", Run(folder.Path, "--dry-run").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Sabotage_sizes_that_do_not_fit_their_names_are_found()
    {
        var row = PeerExample.Ours("Gelu.Tanh", "1 x 2 x 3", 1).With("sizes", "rows x columns");
        SuiteFile.Write(folder.Path, PeerExample.Kernels(row));
        Assert.NotEqual(0, Run(folder.Path, "--dry-run").ExitCode);
    }

    [Fact]
    public void A_folder_without_our_results_is_an_error_for_the_user()
    {
        var (exitCode, _, error) = Run(folder.Path);
        Assert.Equal(1, exitCode);
        Assert.Contains("Measure GpuLm first", error, StringComparison.Ordinal);
    }

    static ResultRow Step(StepModel model)
    {
        var step = new StepCase(model.Name, model.Config, model.Batch, model.Length, Precision.Bf16);
        return new ResultRow { Name = step.Name, Labels = step.Labels, Seconds = [1], Flops = step.ModelFlops, Tokens = step.Tokens };
    }

    static string[] Listed(string folder)
    {
        var (exitCode, output, error) = Run(folder, "--dry-run");
        Assert.True(exitCode == 0, error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        string script = Path.Combine(Checkout.Root, "benchmarks", "GpuProof", "torch_peers.py");
        try
        {
            return Checkout.Run("python3", ["-B", script, .. arguments]);
        }
        catch (Win32Exception)
        {
            Assert.Skip("python3 is not on this machine: the script of the GPU's peers is not checked.");
            throw;
        }
    }
}
