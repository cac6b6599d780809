using System.Globalization;

namespace GpuLm.Cli.Training;

/// <summary>The folder that a run writes: a model directory with the run's metrics.</summary>
static class RunFolder
{
    /// <summary>Creates the folder; a run never writes into one that holds something.</summary>
    /// <param name="requested">
    /// The folder the user named; without one it is <c>NAME-1</c>, <c>NAME-2</c> ... under <paramref name="parent"/>.
    /// </param>
    /// <param name="name">What a fresh folder is called.</param>
    /// <param name="parent">Where fresh folders go.</param>
    /// <exception cref="GpuLmException">The folder is not empty, is a file, or cannot be made.</exception>
    public static string Create(string? requested, string name, string parent = "runs")
    {
        string folder = requested ?? Fresh(parent, name);
        if (File.Exists(folder)) throw new GpuLmException($"'{folder}' is a file; a run needs a folder. Give --out another name.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new GpuLmException(
                $"The folder '{folder}' is not empty, and a run does not overwrite another. Give --out a new name, or remove the folder.");
        }
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GpuLmException(
                $"The folder '{folder}' cannot be made: {e.Message.TrimEnd('.')}. Give --out a folder that you can write to.", e);
        }
        return folder;
    }

    static string Fresh(string parent, string name)
    {
        for (int number = 1; ; number++)
        {
            string folder = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            if (!Path.Exists(folder)) return folder;
        }
    }
}
