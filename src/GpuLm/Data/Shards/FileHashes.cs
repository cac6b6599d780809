using System.Globalization;
using System.IO.Hashing;
using System.Text;
using GpuLm.Checkpoints;
using GpuLm.Data.Reading;

namespace GpuLm.Data.Shards;

/// <summary>
/// The XXH128 of files' contents. Those of large files are remembered with their size, their time of change and a hash of samples, so that
/// they are read once only. The samples tell files apart that were unpacked or copied with equal times.
/// </summary>
/// <param name="folder">Where they are remembered.</param>
internal sealed class FileHashes(string folder)
{
    private const long LargeBytes = 1 << 24;
    private const int Block = 1 << 20, Samples = 64, SampleBytes = 1 << 12;

    private static readonly int HashLength = Convert.ToHexString(XxHash128.Hash([])).Length;

    /// <summary>The hash of a file, in hexadecimal.</summary>
    public string Of(CorpusFile file, Action<long> onProgress)
    {
        var info = new FileInfo(file.Path);
        if (info.Length < LargeBytes) return Read(file, onProgress);
        string state = string.Create(
            CultureInfo.InvariantCulture, $"{info.Length} {info.LastWriteTimeUtc.Ticks} {Sample(file, info.Length):X16} ");
        string memory = Path.Combine(folder, Convert.ToHexString(XxHash128.Hash(Encoding.UTF8.GetBytes(info.FullName))) + ".txt");
        if (File.Exists(memory) && File.ReadAllText(memory) is var known && known.StartsWith(state, StringComparison.Ordinal)
            && known.Length == state.Length + HashLength)
        {
            return known[state.Length..];
        }
        string hash = Read(file, onProgress);
        Remember(memory, state + hash);
        return hash;
    }

    private static ulong Sample(CorpusFile file, long length)
    {
        using var stream = CorpusInput.Open(file);
        var hash = new XxHash3();
        var block = new byte[SampleBytes];
        for (int i = 0; i < Samples; i++)
        {
            int count = RandomAccess.Read(stream.SafeFileHandle, block, (length - SampleBytes) * i / (Samples - 1));
            hash.Append(block.AsSpan(0, count));
        }
        return hash.GetCurrentHashAsUInt64();
    }

    private void Remember(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        }
        catch (Exception e) when (e is GpuLmException or IOException or UnauthorizedAccessException)
        {
            // The file will be read again next time. Where tokens must be kept in this folder, that fails with a message of its own.
        }
    }

    private static string Read(CorpusFile file, Action<long> onProgress)
    {
        using var stream = CorpusInput.Open(file);
        var hash = new XxHash128();
        var block = new byte[Block];
        for (int count; (count = stream.Read(block)) > 0;)
        {
            hash.Append(block.AsSpan(0, count));
            onProgress(stream.Position);
        }
        return Convert.ToHexString(hash.GetCurrentHash());
    }
}
