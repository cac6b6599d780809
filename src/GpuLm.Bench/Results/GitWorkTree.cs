using System.ComponentModel;
using System.Diagnostics;

namespace GpuLm.Bench.Results;

/// <summary>A git work tree, asked through the command <c>git</c>.</summary>
/// <param name="root">Its top folder.</param>
/// <param name="git">The command.</param>
sealed class GitWorkTree(string root, string git = "git")
{
    /// <summary>Results do not change what is measured, and a run of several suites writes some before it ends.</summary>
    const string ResultsFolder = "benchmarks/results";

    /// <summary>The top folder.</summary>
    public string Root { get; } = root;

    /// <summary>The work tree that a folder lies in; null where it lies in none.</summary>
    public static GitWorkTree? Around(string folder)
    {
        // In a linked work tree .git is a file.
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (Path.Exists(Path.Combine(at.FullName, ".git"))) return new GitWorkTree(at.FullName);
        }
        return null;
    }

    /// <summary>The commit that is checked out.</summary>
    /// <exception cref="GpuLmException">git is missing or fails.</exception>
    public string Head() => Run("rev-parse", "HEAD").Trim();

    /// <summary>Files that differ from the commit or that it lacks, except ignored ones and results.</summary>
    /// <exception cref="GpuLmException">git is missing or fails.</exception>
    public IReadOnlyList<string> Changes() =>
    [
        .. Run("status", "--porcelain", "--untracked-files=normal", "--", ".", $":(exclude){ResultsFolder}")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[3..]),
    ];

    string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(git, ["--no-optional-locks", "-C", Root, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        // A git hook that started this program would have set these, for another repository perhaps.
        foreach (string name in (string[])["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"]) start.Environment.Remove(name);
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new GpuLmException($"git cannot tell the state of the work tree {Root}: {errors.Result.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new GpuLmException(
                $"The program lies in the work tree {Root}, and '{git}' cannot be started to tell its state: {e.Message}. "
                + "Install git, or measure with a pack outside the repository.", e);
        }
    }
}
