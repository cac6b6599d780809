namespace GpuLm.Tests.Fuzzing;

/// <summary>A reader of files from outside.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FileName">The file's name, which some readers look at.</param>
/// <param name="Seeds">Valid files.</param>
/// <param name="Read">
/// Reads a file, given its path; every fault of the file is a <see cref="GpuLmException"/> or an <see cref="InvalidDataException"/>.
/// </param>
/// <param name="Words">Words of the format.</param>
sealed record FuzzTarget(string Name, string FileName, IReadOnlyList<byte[]> Seeds, Action<string> Read, params string[] Words)
{
    /// <summary>Makes a file of what was damaged, where only a part of it is; otherwise it is the file.</summary>
    public Func<byte[], byte[]> Complete { get; init; } = file => file;

    /// <summary>Most bytes that reading a file may allocate.</summary>
    public long MostAllocated { get; init; } = 128 << 20;

    public override string ToString() => Name;
}
