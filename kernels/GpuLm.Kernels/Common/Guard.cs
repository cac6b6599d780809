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
            throw new ArgumentException($"{name} holds {view.Length} elements; its shape ({shape}) needs {expected}. Pass a view of that size.", name);
        }
    }

    /// <summary>Requires a size of 1 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or negative.</exception>
    public static void Positive(long size, [CallerArgumentExpression(nameof(size))] string? name = null)
    {
        if (size <= 0) throw new ArgumentOutOfRangeException(name, size, $"{name} must be 1 or more.");
    }

    /// <summary>Requires a condition that an argument must meet.</summary>
    /// <param name="condition">Whether the argument is right.</param>
    /// <param name="message">What is wrong, the expected and the actual value, and the remedy.</param>
    /// <param name="name">The argument's name.</param>
    /// <exception cref="ArgumentException">The condition is false.</exception>
    public static void Require(bool condition, string message, string name)
    {
        if (!condition) throw new ArgumentException(message, name);
    }
}
