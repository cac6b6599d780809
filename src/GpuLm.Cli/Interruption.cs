using System.Runtime.InteropServices;

namespace GpuLm.Cli;

/// <summary>
/// Ctrl-C (SIGINT), and the signal that services are stopped with (SIGTERM): the first asks the run to finish its step and save, the second
/// leaves at once. Either way the process exits as a shell expects it after that signal: with 130 or 143.
/// </summary>
sealed class Interruption : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;

    /// <summary>Listens until it is disposed.</summary>
    /// <param name="onFirst">Tells the user that the run is about to stop.</param>
    public Interruption(Action onFirst)
    {
        void Handle(PosixSignalContext signal)
        {
            if (source.IsCancellationRequested)
            {
                // A live panel hides the cursor and gets no chance to show it again.
                if (!Console.IsOutputRedirected) Console.Write("\e[?25h");
                Environment.Exit(ExitCodeOf(signal.Signal));
            }
            signal.Cancel = true;
            ExitCode = ExitCodeOf(signal.Signal);
            onFirst();
            source.Cancel();
        }
        registrations =
            [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>How the process exits: as after the first signal, or with success where there was none.</summary>
    public int ExitCode { get; private set; } = CommandLine.Success;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    static int ExitCodeOf(PosixSignal signal) => signal == PosixSignal.SIGTERM ? CommandLine.Terminated : CommandLine.Interrupted;
}
