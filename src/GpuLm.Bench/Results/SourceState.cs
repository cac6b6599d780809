using System.Reflection;

namespace GpuLm.Bench.Results;

/// <summary>Whether the code that runs is the code of a commit.</summary>
static class SourceState
{
    /// <summary>Throws unless the code can be had again by checking out its commit and building it.</summary>
    /// <param name="commit">The commit that was built.</param>
    /// <param name="folder">Where the program lies, inside a work tree or outside any.</param>
    /// <param name="assemblies">What is measured.</param>
    /// <exception cref="GpuLmException">It cannot.</exception>
    public static void Require(string commit, string folder, IEnumerable<Assembly> assemblies)
    {
        foreach (var assembly in assemblies.Where(BuildInfo.IsDebug))
        {
            throw new GpuLmException(
                $"{assembly.GetName().Name} is a Debug build, whose speed means nothing. Build with -c Release and measure again.");
        }
        if (GitWorkTree.Around(folder) is not { } tree)
        {
            if (commit.Length == 40) return;
            throw new GpuLmException(
                "This program does not know the commit that it was built from, so nobody could repeat its figures. "
                + "Build it inside a clone of the repository.");
        }
        if (tree.Changes() is [_, ..] changes)
        {
            string more = changes.Count > 3 ? $" and {changes.Count - 3} more" : "";
            throw new GpuLmException(
                $"The work tree {tree.Root} has changes that are not committed: {string.Join(", ", changes.Take(3))}{more}. "
                + "Nobody could repeat its figures. Commit them, build again and measure again.");
        }
        if (tree.Head() is var head && head != commit)
        {
            throw new GpuLmException(
                $"The work tree {tree.Root} is at commit {head}, but the program was built from {commit}. Build again and measure again.");
        }
    }
}
