using System.Net;
using System.Net.Sockets;

namespace GpuLm.Tests.BadInput;

/// <summary>Pages, event files and samples of a run that cannot be had.</summary>
static class WatchCases
{
    const string Train = "train --text DIR/text.txt --device cpu --steps 2 --out DIR/run " + GoodFiles.Shape;

    static readonly TcpListener Taken = Listen();

    public static IReadOnlyList<BadInput> All { get; } =
    [
        new(
            "a dashboard on a port in use", $"{Train} --dashboard {((IPEndPoint)Taken.LocalEndpoint).Port}",
            "127.0.0.1", "Give --dashboard another port"),
        new("a file as the folder of event files", Train + " --tensorboard DIR/text.txt", "text.txt", "Give --tensorboard a folder"),
        new("a folder of event files below a file", Train + " --tensorboard DIR/text.txt/tb", "text.txt", "Give --tensorboard a folder"),
        new(
            "a sample's prompt with an unknown character", Train + " --tokenizer char --sample-prompt \"The cät\"",
            "--sample-prompt \"The cät\"", "'ä' (U+00E4)"),
        BadInput.Usage("an empty --sample-prompt", Train + " --sample-prompt \"\"", "--sample-prompt is empty"),
        BadInput.Usage("--sample-tokens 0", Train + " --sample-tokens 0", "--sample-tokens takes a whole number of 1 or more"),
        BadInput.Usage("a --dashboard that is no port", Train + " --dashboard 70000", "--dashboard takes", "at most 65535"),
        BadInput.Usage("a negative --dashboard", Train + " --dashboard -1", "--dashboard takes"),
    ];

    static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}
