using System.Diagnostics;
using System.Linq.Expressions;
using System.Reflection;

namespace GpuLm.Kernels.Common;

/// <summary>One launch of a kernel, with the time until the host knew that it had ended.</summary>
/// <param name="Kernel">The method that was compiled.</param>
/// <param name="Arguments">What the kernel was given, in the order of its parameters.</param>
/// <param name="Seconds">Host time from the launch to its end.</param>
public sealed record TimedLaunch(MethodInfo Kernel, IReadOnlyList<object?> Arguments, double Seconds)
{
    /// <summary>The kernel's operation, as the catalog calls it.</summary>
    public string Operation => KernelCatalog.OperationOf(Kernel);
}

/// <summary>
/// Times the launches of a device one by one, where they happen: in a training step, with the data and the caches that the step leaves.
/// While it records, the device is waited for before and after each launch, so launches no longer overlap with the host's work, and a
/// launch's time includes the way to the device and back.
/// </summary>
public sealed class LaunchProfile
{
    // Stream and configuration come before the kernel's own parameters.
    const int FirstOfKernel = 2;

    readonly Action synchronize;
    List<TimedLaunch>? launches;
    long start;

    internal LaunchProfile(Action synchronize) => this.synchronize = synchronize;

    /// <summary>Whether launches are being timed.</summary>
    public bool IsRecording => launches is not null;

    /// <summary>Does some work and returns the launches that it made, in their order.</summary>
    /// <param name="work">What launches.</param>
    /// <exception cref="InvalidOperationException">It records already.</exception>
    public IReadOnlyList<TimedLaunch> Record(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (launches is not null) throw new InvalidOperationException("Launches are being recorded already; one piece of work at a time.");
        var recorded = launches = [];
        try
        {
            work();
        }
        finally
        {
            launches = null;
        }
        return recorded;
    }

    /// <summary>A launcher of the same type, whose launches are timed while this records.</summary>
    internal TLauncher Wrap<TLauncher>(MethodInfo kernel, TLauncher launcher) where TLauncher : Delegate
    {
        ParameterExpression[] parameters =
            [.. typeof(TLauncher).GetMethod("Invoke")!.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))];
        var arguments = Expression.NewArrayInit(
            typeof(object), parameters.Skip(FirstOfKernel).Select(parameter => Expression.Convert(parameter, typeof(object))));
        var profile = Expression.Constant(this);
        var launch = Expression.Invoke(Expression.Constant(launcher), parameters);
        var timed = Expression.Block(
            Expression.Call(profile, nameof(Begin), null),
            launch,
            Expression.Call(profile, nameof(End), null, Expression.Constant(kernel, typeof(MethodInfo)), arguments));
        var recording = Expression.Property(profile, nameof(IsRecording));
        return Expression.Lambda<TLauncher>(Expression.IfThenElse(recording, timed, launch), parameters).Compile();
    }

    void Begin()
    {
        synchronize();
        start = Stopwatch.GetTimestamp();
    }

    void End(MethodInfo kernel, object?[] arguments)
    {
        synchronize();
        launches!.Add(new TimedLaunch(kernel, arguments, Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
