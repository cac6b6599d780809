using System.CommandLine.Parsing;

namespace GpuLm.Cli.Training.Arguments;

/// <summary>Settings that say the same thing in different ways, of which a run has one at most.</summary>
/// <param name="Thing">What they say: <c>when the run ends</c>.</param>
/// <param name="Settings">The settings.</param>
sealed record Alternatives(string Thing, params IReadOnlyList<Setting> Settings)
{
    public void Check(CommandResult result)
    {
        string[] given = [.. Settings.Where(setting => setting.Given(result)).Select(setting => setting.Option.Name)];
        if (given.Length > 1) result.AddError($"{string.Join(" and ", given)} each say {Thing}; give one of them.");
    }
}
