using Xunit;

namespace GpuLm.Tests.Cli;

/// <summary>The README of the repository that the tests run in.</summary>
static class Readme
{
    /// <summary>Its path; skips the running test where there is no repository.</summary>
    public static string Path()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "GpuLm.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, "README.md");
            }
        }
        Assert.Skip("The tests do not run inside the repository, so there is no README to read.");
        return "";
    }
}
