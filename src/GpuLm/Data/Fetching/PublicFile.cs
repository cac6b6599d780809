namespace GpuLm.Data.Fetching;

/// <summary>A file of a public data set.</summary>
/// <param name="Address">Where it is fetched from.</param>
/// <param name="Name">What it is called here.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
/// <param name="ZipEntry">If what is fetched is a zip archive, the entry of it that is the file.</param>
public sealed record PublicFile(Uri Address, string Name, long Bytes, string Sha256, string? ZipEntry = null);

/// <summary>A well-known public data set.</summary>
/// <param name="Name">What it is asked for by.</param>
/// <param name="Description">What it is and under which licence.</param>
/// <param name="Files">Its files.</param>
public sealed record PublicDataset(string Name, string Description, IReadOnlyList<PublicFile> Files)
{
    /// <summary>The size of its files.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);
}
