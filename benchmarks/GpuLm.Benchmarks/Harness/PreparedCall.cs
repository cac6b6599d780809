namespace GpuLm.Benchmarks.Harness;

/// <summary>An output element that the oracle knows.</summary>
/// <param name="What">Its name and index, for a message.</param>
/// <param name="Read">Reads it from the device.</param>
/// <param name="Value">What it must be.</param>
/// <param name="Limit">How far it may be off.</param>
public sealed record Expected(string What, Func<float> Read, double Value, double Limit);

/// <summary>A result is not the oracle's: what is wrong is not timed.</summary>
public sealed class WrongResultException(string message) : Exception(message);

/// <summary>A kernel's call on one set of buffers.</summary>
/// <param name="Launch">Enqueues it once.</param>
/// <param name="Sample">Sampled outputs of one launch after <paramref name="Reset"/>.</param>
/// <param name="Reset">Restores the inputs where a launch changes them; null where it does not.</param>
public sealed record PreparedCall(Action Launch, Func<IEnumerable<Expected>> Sample, Action? Reset = null);
