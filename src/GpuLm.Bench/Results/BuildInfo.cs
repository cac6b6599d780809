using System.Diagnostics;
using System.Reflection;

namespace GpuLm.Bench.Results;

/// <summary>What an assembly says of its build.</summary>
static class BuildInfo
{
    /// <summary>The commit that an assembly was built from; "unknown" where it was not built in a repository.</summary>
    public static string CommitOf(Assembly assembly)
    {
        // The SDK appends the commit to the version.
        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? "unknown" : version[(plus + 1)..];
    }

    /// <summary>Whether the compiler left an assembly's code for a debugger, which the JIT then does not optimise.</summary>
    public static bool IsDebug(Assembly assembly) => assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true;

    /// <summary>The version of a library that an assembly was compiled against.</summary>
    public static string VersionOf(string library, Assembly user) =>
        user.GetReferencedAssemblies().First(name => name.Name == library).Version!.ToString(3);
}
