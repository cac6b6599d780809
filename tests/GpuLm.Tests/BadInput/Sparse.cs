namespace GpuLm.Tests.BadInput;

/// <summary>Enormous files that take no space on the disk.</summary>
static class Sparse
{
    const long Bytes = 1L << 40;

    /// <summary>Makes a file, or enlarges it by zeros.</summary>
    public static void Enlarge(string path)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate);
        file.SetLength(Bytes);
    }
}
