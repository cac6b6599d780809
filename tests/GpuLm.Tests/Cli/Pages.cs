using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary>The pages of the repository that the tests run in.</summary>
static class Pages
{
    /// <summary>The path of the main page.</summary>
    public static string Main => InRepository("README.md");

    /// <summary>The path of the page about the command.</summary>
    public static string Command => InRepository("src/GpuLm.Cli/README.md");

    /// <summary>A file's path; skips the running test where there is no repository.</summary>
    public static string InRepository(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GpuLm.sln")))
            {
                return Path.Combine(folder.FullName, name);
            }
        }
        Assert.Skip("The tests do not run inside the repository, so there is no README to read.");
        return "";
    }
}
