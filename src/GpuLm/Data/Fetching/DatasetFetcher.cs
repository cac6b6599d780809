using System.IO.Compression;
using System.Security.Cryptography;

namespace GpuLm.Data.Fetching;

/// <summary>
/// Fetches the files of data sets. A file has its name when it is whole and its checksum is right; until then it is <c>NAME.part</c>, and
/// an attempt that was interrupted is gone on with.
/// </summary>
public sealed class DatasetFetcher : IDisposable
{
    private readonly HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Another server that has the files under the same paths; nothing asks the servers that the files name.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>The first pause after a failed attempt; each further one is twice as long.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait for a server.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Fetches a file, unless it is there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">Its folder, which is made if it is missing.</param>
    /// <param name="onProgress">Called with the bytes that have come and, where it is known, of all that come.</param>
    /// <param name="cancellation">Gives up; the next call goes on.</param>
    /// <returns>The file's path, and whether it was there.</returns>
    /// <exception cref="GpuLmException">The server, the network, the disk or the checksum is at fault; the message says which.</exception>
    public async Task<(string Path, bool WasThere)> FetchAsync(
        PublicFile file, string folder, Action<long, long?> onProgress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        string path = Path.Combine(folder, file.Name), part = path + ".part";
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(path)) return (IsRight(path, file) ? path : throw Foreign(path, file), true);
            var address = Mirror is null ? file.Address : new Uri(Mirror, file.Address.AbsolutePath);
            await new HttpFile(client, address, part) { Pause = Pause, Patience = Patience }.FetchAsync(onProgress, cancellation);
            if (file.ZipEntry is { } entry) Unzip(part, entry, path + ".unzipped");
            Accept(file.ZipEntry is null ? part : path + ".unzipped", path, file, address);
            File.Delete(part);
            return (path, false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException(
                $"'{path}' could not be written: {e.Message} It takes {file.Bytes:N0} bytes. Free some space, or name another folder "
                + "with --out; what has come is kept.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static void Accept(string fetched, string path, PublicFile file, Uri address)
    {
        if (!IsRight(fetched, file))
        {
            long bytes = new FileInfo(fetched).Length;
            string sum = Sha256Of(fetched);
            File.Delete(fetched);
            File.Delete(path + ".part");
            throw new GpuLmException(
                $"What {address} sent is not {file.Name}: {bytes:N0} bytes with SHA-256 {sum}, expected "
                + $"{file.Bytes:N0} with {file.Sha256}. "
                + "It was removed; try again, and if it stays so, the file has changed at its source.");
        }
        File.Move(fetched, path);
    }

    private static void Unzip(string archive, string entry, string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(archive);
            var found = zip.GetEntry(entry) ?? throw new InvalidDataException($"it has no '{entry}'");
            found.ExtractToFile(path, overwrite: true);
        }
        catch (InvalidDataException e)
        {
            File.Delete(archive);
            throw new GpuLmException($"The archive that was fetched is damaged: {e.Message.TrimEnd('.')}. It was removed; try again.", e);
        }
    }

    private static bool IsRight(string path, PublicFile file) =>
        new FileInfo(path).Length == file.Bytes && Sha256Of(path) == file.Sha256;

    private static string Sha256Of(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static GpuLmException Foreign(string path, PublicFile file) => new(
        $"'{path}' is there, but is not the file of {file.Bytes:N0} bytes with SHA-256 {file.Sha256}. Move it away, or name another folder "
        + "with --out.");
}
