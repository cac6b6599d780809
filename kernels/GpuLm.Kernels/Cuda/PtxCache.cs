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
/// </summary>
/// <param name="device">Device, architecture and driver.</param>
/// <param name="folder">Where the files lie; null for the user's cache folder.</param>
public sealed class PtxCache(string device, string? folder = null)
{
    static readonly ConstructorInfo NewKernel =
        typeof(PTXCompiledKernel).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();

    readonly string folder = folder ?? Path.Combine(CacheFolder.Path, "ptx");

    /// <summary>The kernel as it was kept, or null.</summary>
    public PTXCompiledKernel? Find(Context context, MethodInfo kernel)
    {
        string path = FileOf(kernel);
        try
        {
            if (!File.Exists(path)) return null;
            string ptx = File.ReadAllText(path);
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
            File.WriteAllText(draft, compiled.PTXAssembly);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    string FileOf(MethodInfo kernel)
    {
        string[] parts =
        [
            device, typeof(Context).Assembly.ManifestModule.ModuleVersionId.ToString(),
            .. kernel.GetGenericArguments().Append(kernel.DeclaringType!).Select(
                type => type.Assembly.ManifestModule.ModuleVersionId.ToString()),
            $"{kernel.DeclaringType} {kernel}",
        ];
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        return Path.Combine(folder, $"{kernel.Name}-{Convert.ToHexStringLower(hash)[..32]}.ptx");
    }
}
