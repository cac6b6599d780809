using System.Runtime.InteropServices;

namespace GpuLm.Cli;

/// <summary>
/// Ctrl-C (and the signal that services are stopped with): the first asks the run to finish its step and save, the second leaves at once.
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
                Environment.Exit(CommandLine.Interrupted);
            }
            signal.Cancel = true;
            onFirst();
            source.Cancel();
        }
        registrations =
            [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>Cancelled by the first Ctrl-C.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }
}
