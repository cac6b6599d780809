using System.Reflection;
using GpuLm.Kernels.Common;
using ILGPU;

namespace GpuLm.Architecture.Tests;

/// <summary>A kernel arrives with an oracle, a test and a benchmark of its name, and in the catalog, or not at all.</summary>
static class KernelRules
{
    const string Suffix = "Kernels";

    /// <summary>The operations of the library: for each class <c>XKernels</c> its X.</summary>
    public static IEnumerable<Type> KernelClasses =>
        typeof(KernelCatalog).Assembly.GetTypes()
            .Where(type => type.IsAbstract && type.IsSealed && type.Name.EndsWith(Suffix, StringComparison.Ordinal) && Kernels(type).Any());

    /// <summary>The kernels of a class and of the strategies nested in it: public methods without result that work on views.</summary>
    public static IEnumerable<MethodInfo> Kernels(Type type) =>
        type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType == typeof(void) && method.GetParameters().Any(parameter => IsView(parameter.ParameterType)))
            .Concat(type.GetNestedTypes().SelectMany(Kernels));

    /// <summary>Files that an operation lacks among those there are.</summary>
    public static IEnumerable<string> MissingTwins(string kernelClass, IReadOnlyCollection<string> files)
    {
        string operation = kernelClass[..^Suffix.Length];
        return from twin in new[]
               {
                   (Folder: $"kernels/GpuLm.Kernels/{operation}/", File: $"{operation}.cs"),
                   (Folder: "kernels/GpuLm.Reference/", File: $"{operation}Reference.cs"),
                   (Folder: "tests/GpuLm.Kernels.Tests/", File: $"{operation}Tests.cs"),
                   (Folder: "benchmarks/GpuLm.Benchmarks/", File: $"{operation}Benchmarks.cs"),
               }
               where !files.Any(file =>
                   file.StartsWith(twin.Folder, StringComparison.Ordinal) && file.EndsWith("/" + twin.File, StringComparison.Ordinal))
               select $"{kernelClass} has no {twin.Folder}{twin.File}.";
    }

    /// <summary>Kernels that the catalog does not list.</summary>
    public static IEnumerable<string> Unlisted(IEnumerable<MethodInfo> kernels, IReadOnlyCollection<KernelEntry> catalog) =>
        kernels.Where(kernel => catalog.All(entry => Definition(entry.Kernel) != kernel))
            .Select(kernel => $"The catalog does not list {kernel.DeclaringType!.Name}.{kernel.Name}.");

    /// <summary>Entries whose name, operation or formulas cannot be right.</summary>
    public static IEnumerable<string> Implausible(IReadOnlyCollection<KernelEntry> catalog)
    {
        var repeated = catalog.GroupBy(entry => entry.Name).Where(group => group.Count() > 1);
        foreach (var name in repeated) yield return $"{name.Key} is listed twice.";
        foreach (var entry in catalog)
        {
            bool named = entry.Name.StartsWith(entry.Operation + ".", StringComparison.Ordinal);
            if (!named) yield return $"{entry.Name} does not begin with its operation, {entry.Operation}.";
            if (string.IsNullOrWhiteSpace(entry.Strategy)) yield return $"{entry.Name} has no strategy.";
            var small = new KernelSizes(64, 64, 64);
            var large = new KernelSizes(128, 128, 128);
            bool moves = entry.Bytes(small) > 0 && entry.Bytes(large) > entry.Bytes(small);
            if (!moves) yield return $"{entry.Name} moves no bytes, or no more for larger sizes.";
            bool works = entry.Flops(small) >= 0 && entry.Flops(large) >= entry.Flops(small);
            if (!works) yield return $"{entry.Name} has negative work, or less for larger sizes.";
        }
    }

    /// <summary>A generic kernel is listed by its instances.</summary>
    static MethodInfo Definition(MethodInfo kernel) => kernel.IsGenericMethod ? kernel.GetGenericMethodDefinition() : kernel;

    static bool IsView(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);
}
