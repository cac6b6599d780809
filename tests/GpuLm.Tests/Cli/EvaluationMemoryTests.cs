using GpuLm.Cli.Evaluation;
using GpuLm.Evaluation;
using GpuLm.Models;
using Xunit;

namespace GpuLm.Tests.Cli;

public sealed class EvaluationMemoryTests
{
    const int Length = 1024;
    static readonly GptConfig Config = GptConfig.FromPreset("gpt2", 50_257);

    [Theory]
    [InlineData(5, null, 5)]
    [InlineData(100, null, 8)]
    [InlineData(5, 3, 3)]
    [InlineData(5, 5, 5)]
    public void As_many_sequences_as_are_asked_for_or_fit(int fitting, int? wanted, int batch) =>
        Assert.Equal(batch, Choose(With(fitting), wanted));

    [Theory]
    [InlineData(5, 6, "At most --batch 5 fits.")]
    [InlineData(5, int.MaxValue - 1, "At most --batch 5 fits.")]
    [InlineData(0, null, "Use a smaller --context")]
    public void What_does_not_fit_is_refused_with_what_does(int fitting, int? wanted, string remedy) =>
        Assert.Contains(remedy, Assert.Throws<GpuLmException>(() => Choose(With(fitting), wanted)).Message, StringComparison.Ordinal);

    static int Choose(long usable, int? wanted) => EvaluationMemory.Batch(Config, ModelFormat.Fp32, usable, Length, wanted);

    static long With(int batch) => batch == 0 ? 1000 : SequenceScorer.RequiredBytes(Config, ModelFormat.Fp32, Length, batch);
}
