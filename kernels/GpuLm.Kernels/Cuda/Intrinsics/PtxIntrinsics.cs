using System.Reflection;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>Tells ILGPU about every method of this assembly that becomes PTX.</summary>
public static class PtxIntrinsics
{
    const BindingFlags AllStatic = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The intrinsics of this assembly.</summary>
    public static IEnumerable<MethodInfo> All =>
        typeof(PtxIntrinsics).Assembly.GetTypes().SelectMany(type => type.GetMethods(AllStatic | BindingFlags.DeclaredOnly))
            .Where(method => method.IsDefined(typeof(PtxAttribute)) || method.IsDefined(typeof(PtxHandlerAttribute)));

    /// <summary>Registers them with a context, before the first CUDA accelerator or back end of it is made.</summary>
    public static void Register(Context context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var manager = context.GetIntrinsicManager();
        foreach (var method in All)
        {
            var (type, handler) = method.GetCustomAttribute<PtxHandlerAttribute>() is { } custom
                ? (method.DeclaringType!, custom.Handler)
                : (typeof(PtxIntrinsics), method.ReturnType == typeof(void) ? nameof(EmitStatement) : nameof(EmitExpression));
            var target = type.GetMethod(handler, AllStatic)
                ?? throw new MissingMethodException(
                    $"{method.DeclaringType!.Name}.{method.Name} names the handler {handler}, which does not exist.");
            manager.RegisterMethod(method, new PTXIntrinsic(target, IntrinsicImplementationMode.GenerateCode));
        }
    }

    /// <summary>What the body of an intrinsic does where it is called as a .NET method.</summary>
    /// <exception cref="NotSupportedException">Always: the method exists on CUDA devices only.</exception>
    internal static NotSupportedException OnlyOnCuda => new("This instruction exists in kernels for CUDA devices only.");

    static void EmitStatement(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        new PtxWriter(generator, (MethodCall)value).Write(Attribute(value).Text, result: null);

    static void EmitExpression(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var writer = new PtxWriter(generator, (MethodCall)value);
        var attribute = Attribute(value);
        var result = attribute.InPlace >= 0 ? writer.TakeOver(attribute.InPlace) : writer.NewResult();
        writer.Write(attribute.Text, result);
    }

    static PtxAttribute Attribute(Value call) => ((MethodCall)call).Target.Source.GetCustomAttribute<PtxAttribute>()!;
}
