using System.CommandLine;
using GpuLm.Cli.Training.Arguments;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

public sealed class WatchArgumentsTests
{
    static WatchSettings Read(string line)
    {
        var arguments = new WatchArguments();
        var command = new RootCommand();
        foreach (var setting in arguments.All) command.Options.Add(setting.Option);
        command.Validators.Add(arguments.Check);
        var parsed = command.Parse(line);
        Assert.Empty(parsed.Errors);
        return arguments.Read(parsed.CommandResult);
    }

    [Fact]
    public void Every_option_arrives()
    {
        var settings = Read(
            "--sample-every 13 --sample-prompt \"Anna has\" x --sample-prompt y --sample-tokens 7 --tensorboard tb --dashboard 0");
        Assert.Equal(["Anna has", "x", "y"], settings.SamplePrompts);
        Assert.Equal((13, 7, "tb", 0), (settings.SampleEvery, settings.SampleTokens, settings.TensorBoard, settings.Dashboard));
    }

    [Fact]
    public void Nothing_given_is_a_paragraph_now_and_then_and_no_more()
    {
        var settings = Read("");
        Assert.Empty(settings.SamplePrompts);
        Assert.True(settings.SampleEvery > 0);
        Assert.Equal((null, null), (settings.TensorBoard, settings.Dashboard));
    }
}
