using System.Text;

namespace GpuLm.Tests;

/// <summary>A folder of its own for one test, removed at its end.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gpulm-test-").FullName;

    public string this[string file] => System.IO.Path.Combine(Path, file);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Writes a text file (UTF-8) and gives its path.</summary>
    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Changes a file's bytes.</summary>
    public void Change(string name, Func<byte[], byte[]> change) => Write(name, change(File.ReadAllBytes(this[name])));

    /// <summary>Changes a word of a text file, which it must hold.</summary>
    public void Replace(string name, string word, string by)
    {
        string text = File.ReadAllText(this[name]);
        if (!text.Contains(word, StringComparison.Ordinal)) throw new ArgumentException($"{name} does not hold '{word}': {text}");
        Write(name, text.Replace(word, by, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
