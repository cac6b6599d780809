using System.Net;
using System.Net.Http.Headers;

namespace GpuLm.Data.Fetching;

/// <summary>Fetches one file over HTTP into a part file, from where an earlier attempt left off.</summary>
/// <param name="client">Sends the requests. Its own time limit must be off: files are large.</param>
/// <param name="address">Where the file is.</param>
/// <param name="part">The part file. It stays when fetching fails, and the next attempt goes on from its end.</param>
internal sealed class HttpFile(HttpClient client, Uri address, string part)
{
    /// <summary>Attempts in a row that brought nothing.</summary>
    private const int MostIdleAttempts = 5;

    /// <summary>How long to wait for the next bytes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The first pause between attempts; each further one is twice as long.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Fetches what is missing.</summary>
    /// <param name="onProgress">Called with the bytes that are here and, where the server says so, of the whole.</param>
    /// <param name="cancellation">Gives up; the part stays.</param>
    /// <exception cref="GpuLmException">The server refuses, or cannot be reached again and again.</exception>
    public async Task FetchAsync(Action<long, long?> onProgress, CancellationToken cancellation)
    {
        for (int idle = 0; ; idle++)
        {
            long before = PartLength;
            try
            {
                await AttemptAsync(onProgress, cancellation);
                return;
            }
            catch (Exception e) when (IsPassing(e) && !cancellation.IsCancellationRequested)
            {
                if (PartLength > before) idle = 0;
                if (idle + 1 >= MostIdleAttempts)
                {
                    throw new GpuLmException(
                        $"{address} cannot be fetched: {e.Message.TrimEnd('.')}. Check the network. What has come stays in '{part}', and "
                        + "the same command goes on from there.", e);
                }
                await Task.Delay(Pause * Math.Pow(2, idle), cancellation);
            }
        }
    }

    private long PartLength => File.Exists(part) ? new FileInfo(part).Length : 0;

    private async Task AttemptAsync(Action<long, long?> onProgress, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        long start = PartLength;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (start > 0) request.Headers.Range = new RangeHeaderValue(start, null);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        if (start > 0 && answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // Nothing lies behind the part: it is whole, or not of this file. Its checksum tells.
            return;
        }
        Require(answer);
        bool goesOn = answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From == start;
        if (answer.StatusCode == HttpStatusCode.PartialContent && !goesOn)
        {
            throw new GpuLmException($"{address} sent another part than it was asked for. Remove '{part}' and try again.");
        }
        long? whole = answer.Content.Headers.ContentLength + (goesOn ? start : 0);
        await using var file = new FileStream(part, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read);
        await using var body = await answer.Content.ReadAsStreamAsync(patience.Token);
        var block = new byte[1 << 16];
        for (int count; (count = await ReadAsync(body, block, patience.Token)) > 0;)
        {
            await file.WriteAsync(block.AsMemory(0, count), cancellation);
            patience.CancelAfter(Patience);
            onProgress(file.Position, whole);
        }
        if (file.Position < whole) throw new HttpRequestException("the connection ended too early");
    }

    /// <summary>Tells the network's faults from those of the disk.</summary>
    private static async Task<int> ReadAsync(Stream body, byte[] block, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(block, cancellation);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }

    private void Require(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode) return;
        string status = $"{(int)answer.StatusCode} {answer.ReasonPhrase}";
        if ((int)answer.StatusCode is >= 500 or 429 or 408) throw new HttpRequestException($"the server says {status}");
        throw new GpuLmException(
            $"{address} cannot be fetched: the server says {status}. The file may have moved; fetch it by hand, or from a server with "
            + "the same files (--mirror).");
    }

    /// <summary>Whether another attempt may do better: the network, not this machine's disk, is at fault.</summary>
    private static bool IsPassing(Exception e) => e is HttpRequestException or OperationCanceledException;
}
