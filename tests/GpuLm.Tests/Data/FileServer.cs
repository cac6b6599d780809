using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GpuLm.Tests.Data;

/// <summary>A server of one file on 127.0.0.1 that can be told to misbehave.</summary>
sealed class FileServer : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly byte[] file;

    public FileServer(byte[] file)
    {
        this.file = file;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        _ = Task.Run(Serve);
    }

    public Uri Address { get; }

    /// <summary>The requests' first lines and ranges.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Cuts the connection after so many bytes of a body; each answer takes the next, and the last ones are whole.</summary>
    public Queue<int> Cuts { get; } = new();

    /// <summary>What it answers before it answers as it should.</summary>
    public Queue<string> Statuses { get; } = new();

    /// <summary>Whether it can send parts.</summary>
    public bool KnowsRanges { get; init; } = true;

    public void Dispose() => listener.Dispose();

    async Task Serve()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await Answer(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    async Task Answer(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
        string request = await reader.ReadLineAsync() ?? "";
        long start = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            if (!line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase)) continue;
            request += " " + line[7..];
            if (KnowsRanges) start = long.Parse(line[13..].TrimEnd('-'), CultureInfo.InvariantCulture);
        }
        lock (Requests) Requests.Add(request);
        if (Statuses.TryDequeue(out string? status)) await Send(stream, $"{status}\r\nContent-Length: 0", default);
        else if (start > 0 && start >= file.Length) await Send(stream, "416 Range Not Satisfiable\r\nContent-Length: 0", default);
        else
        {
            byte[] body = file[(int)start..];
            string range = start == 0 ? "" : $"\r\nContent-Range: bytes {start}-{file.Length - 1}/{file.Length}";
            string head = $"{(start == 0 ? "200 OK" : "206 Partial Content")}\r\nContent-Length: {body.Length}{range}";
            await Send(stream, head, Cuts.TryDequeue(out int cut) ? body.AsMemory(0, Math.Min(cut, body.Length)) : body);
        }
    }

    static async Task Send(NetworkStream stream, string head, ReadOnlyMemory<byte> body)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body);
    }
}
