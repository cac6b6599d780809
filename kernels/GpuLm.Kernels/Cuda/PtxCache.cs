using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using GpuLm.Kernels.Common;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;

namespace GpuLm.Kernels.Cuda;

/// <summary>
/// Compiled kernels on disk, under <c>gpulm/ptx</c> in the user's cache folder: a program that starts again does not compile again. A
/// file's name is a hash of all that the PTX depends on: the kernel, the build of its assembly and of ILGPU, the device and its driver.
/// Its first line is a hash of the PTX, for a file that was cut short or altered must not reach the driver.
/// </summary>
/// <param name="device">Device, architecture and driver.</param>
/// <param name="folder">Where the files lie; null for the user's cache folder.</param>
public sealed class PtxCache(string device, string? folder = null)
{
    static readonly ConstructorInfo NewKernel =
        typeof(PTXCompiledKernel).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();

    readonly string folder = folder ?? Path.Combine(CacheFolder.Path, "ptx");

    /// <summary>The kernel as it was kept, or null where it was not or the file is damaged.</summary>
    public PTXCompiledKernel? Find(Context context, MethodInfo kernel)
    {
        string path = FileOf(kernel);
        try
        {
            if (!File.Exists(path)) return null;
            string text = File.ReadAllText(path), ptx = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
            if (text != Sealed(ptx)) return null;
            var entryPoint = new EntryPoint(
                EntryPointDescription.FromExplicitlyGroupedKernel(kernel), PtxSource.SharedMemory(ptx), LaunchBoundsAttribute.Of(kernel));
            return (PTXCompiledKernel)NewKernel.Invoke([context, entryPoint, null, ptx]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps a kernel. A cache that cannot be written only costs time.</summary>
    public void Keep(MethodInfo kernel, PTXCompiledKernel compiled)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        string path = FileOf(kernel), draft = $"{path}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(draft, Sealed(compiled.PTXAssembly));
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    static string Sealed(string ptx) => $"// {Hash(ptx)}\n{ptx}";

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];

    string FileOf(MethodInfo kernel)
    {
        string[] parts =
        [
            device, typeof(Context).Assembly.ManifestModule.ModuleVersionId.ToString(),
            .. kernel.GetGenericArguments().Append(kernel.DeclaringType!).Select(
                type => type.Assembly.ManifestModule.ModuleVersionId.ToString()),
            $"{kernel.DeclaringType} {kernel}",
        ];
        return Path.Combine(folder, $"{kernel.Name}-{Hash(string.Join('\n', parts))}.ptx");
    }
}
