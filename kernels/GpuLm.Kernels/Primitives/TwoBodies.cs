using System.Reflection;
using ILGPU.Frontend;
using ILGPU.Frontend.Intrinsic;

namespace GpuLm.Kernels.Primitives;

/// <summary>
/// Marks a class of cooperative primitives ("the group sums this row"). Its methods are the CPU bodies; the class that the attribute
/// names has a method of the same name and parameters for each, the device body, which ILGPU compiles in its place.
/// </summary>
/// <param name="device">The class with the device bodies.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DeviceBodiesAttribute(Type device) : Attribute
{
    /// <summary>The class with the device bodies.</summary>
    public Type Device { get; } = device;
}

/// <summary>
/// One kernel source, a body for each kind of machine: ILGPU's CPU accelerator calls the original .NET method, every other back end
/// goes through ILGPU's intermediate representation, and there a call to a primitive becomes a call to its device body.
/// </summary>
public static class TwoBodies
{
    static readonly Lock Gate = new();
    static bool registered;

    /// <summary>The classes of primitives in this assembly.</summary>
    public static IEnumerable<Type> Classes =>
        typeof(TwoBodies).Assembly.GetTypes().Where(type => type.IsDefined(typeof(DeviceBodiesAttribute)));

    /// <summary>The primitives of one class: every public or internal static method that is not generic.</summary>
    public static IEnumerable<MethodInfo> Of(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(method => (method.IsPublic || method.IsAssembly) && !method.IsGenericMethod);
    }

    /// <summary>The device body of a primitive, or null where it lacks one.</summary>
    public static MethodInfo? DeviceBody(MethodInfo primitive)
    {
        ArgumentNullException.ThrowIfNull(primitive);
        var device = primitive.DeclaringType!.GetCustomAttribute<DeviceBodiesAttribute>()!.Device;
        return device.GetMethod(
            primitive.Name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic,
            [.. primitive.GetParameters().Select(p => p.ParameterType)]);
    }

    /// <summary>Registers every pair with ILGPU, once in a process and before anything is compiled.</summary>
    /// <exception cref="MissingMethodException">A primitive has no device body.</exception>
    public static void Register()
    {
        lock (Gate)
        {
            if (registered) return;
            foreach (var primitive in Classes.SelectMany(Of))
            {
                var device = DeviceBody(primitive)
                    ?? throw new MissingMethodException(
                        $"{primitive.DeclaringType!.Name}.{primitive.Name} has no device body of the same signature.");
                RemappedIntrinsics.AddRemapping(primitive, (ref InvocationContext call) => call.Method = device);
            }
            registered = true;
        }
    }
}
