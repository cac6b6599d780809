using ILGPU;
using ILGPU.IR.Intrinsics;

namespace GpuLm.Kernels.Cuda.Intrinsics;

/// <summary>
/// A method that becomes PTX: ILGPU puts the text in place of a call. <c>{r}</c> stands for the result, <c>{0}</c>, <c>{1}</c> ... for the
/// arguments; a struct stands for the list of its registers in braces, or for one of them as <c>{0.2}</c>. An argument that is a constant
/// of the instruction is written <c>{#1}</c>; it must be known when the kernel is compiled.
/// </summary>
/// <param name="text">One or more instructions, separated by semicolons.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PtxAttribute(string text) : Attribute
{
    /// <summary>The instructions.</summary>
    public string Text { get; } = text;

    /// <summary>
    /// The argument whose registers the result takes: an accumulator that is changed in place. -1 for none. Only for calls of the form
    /// <c>sum = F(sum, ...)</c>, as the argument's old value is gone.
    /// </summary>
    public int InPlace { get; init; } = -1;
}

/// <summary>
/// A method that becomes PTX which a handler writes: <c>static void Name(PTXBackend, PTXCodeGenerator, Value)</c> in the same class,
/// generic where the method is. For what a text cannot say: whole tiles whose size is a type argument.
/// </summary>
/// <param name="handler">The handler's name.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PtxHandlerAttribute(string handler) : Attribute
{
    /// <summary>The handler's name.</summary>
    public string Handler { get; } = handler;
}
