using System.Globalization;
using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuLm.Kernels.Common;

/// <summary>Checks that launchers make before anything is enqueued. Messages name the argument, what was expected and what came.</summary>
public static class Guard
{
    /// <summary>Requires that a view holds at least <paramref name="expected"/> elements.</summary>
    /// <exception cref="ArgumentException">The view is shorter.</exception>
    public static void Holds<T>(
        ArrayView<T> view, long expected,
        [CallerArgumentExpression(nameof(view))] string? name = null, [CallerArgumentExpression(nameof(expected))] string? shape = null)
        where T : unmanaged
    {
        if (view.Length < expected)
        {
            throw new ArgumentException(
                $"{name} holds {view.Length} elements; its shape ({shape}) needs {expected}. Pass a view of that size.", name);
        }
    }

    /// <inheritdoc cref="Holds{T}(ArrayView{T}, long, string?, string?)"/>
    public static void Holds(
        Tensor tensor, long expected,
        [CallerArgumentExpression(nameof(tensor))] string? name = null, [CallerArgumentExpression(nameof(expected))] string? shape = null)
    {
        if (tensor.Length < expected)
        {
            throw new ArgumentException(
                $"{name} holds {tensor.Length} elements; its shape ({shape}) needs {expected}. Pass a view of that size.", name);
        }
    }

    /// <summary>Requires a size of 1 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or negative.</exception>
    public static void Positive(long size, [CallerArgumentExpression(nameof(size))] string? name = null)
    {
        if (size <= 0) throw new ArgumentOutOfRangeException(name, size, $"{name} must be 1 or more.");
    }

    /// <summary>Requires a condition that an argument must meet. An interpolated message is made only when it is needed.</summary>
    /// <param name="condition">Whether the argument is right.</param>
    /// <param name="message">What is wrong, the expected and the actual value, and the remedy.</param>
    /// <param name="name">The argument's name.</param>
    /// <exception cref="ArgumentException">The condition is false.</exception>
    public static void Require(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref GuardMessage message, string name)
    {
        if (!condition) throw new ArgumentException(message.ToText(), name);
    }

    /// <inheritdoc cref="Require(bool, ref GuardMessage, string)"/>
    public static void Require(bool condition, string message, string name)
    {
        if (!condition) throw new ArgumentException(message, name);
    }
}

/// <summary>The message of a failed check: where the check holds, nothing of it is evaluated.</summary>
[InterpolatedStringHandler]
public ref struct GuardMessage
{
    DefaultInterpolatedStringHandler text;

    /// <summary>Starts a message; the compiler calls this.</summary>
    public GuardMessage(int literalLength, int formattedCount, bool condition, out bool isNeeded)
    {
        isNeeded = !condition;
        text = isNeeded ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    /// <summary>Appends fixed text; the compiler calls this.</summary>
    public void AppendLiteral(string value) => text.AppendLiteral(value);

    /// <summary>Appends a value; the compiler calls this.</summary>
    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    internal string ToText() => text.ToStringAndClear();
}
