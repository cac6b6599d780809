using System.Text;
using Spectre.Console;

namespace GpuLm.Cli;

/// <summary>Where a command writes. Tests give their own writers; the process gives its streams.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Errors.</param>
/// <param name="IsInteractive">Whether a person watches <paramref name="Out"/>: then panels move, else lines follow lines.</param>
sealed record Terminal(TextWriter Out, TextWriter Error, bool IsInteractive)
{
    /// <summary>Columns of tables that go to a file or a pipe.</summary>
    const int PlainWidth = 140;

    /// <summary>What a command reads where it is told to read standard input.</summary>
    public Func<Stream> In { get; init; } = Console.OpenStandardInput;

    /// <summary>Where results go that are bytes and not text.</summary>
    public Func<Stream> OutBytes { get; init; } = Console.OpenStandardOutput;

    public static Terminal OfProcess()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Terminal(Console.Out, Console.Error, !Console.IsOutputRedirected);
    }

    /// <summary>Spectre's view of <see cref="Out"/>; without colours and movement where nobody watches.</summary>
    public IAnsiConsole Rich()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Out),
            Ansi = IsInteractive ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = IsInteractive ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!IsInteractive) console.Profile.Width = PlainWidth;
        return console;
    }
}
