using GpuLm.Bench.Steps;
using GpuLm.Devices;

namespace GpuLm.Bench.Scaling;

/// <summary>Training steps that differ in one thing and take turns.</summary>
/// <param name="Name">What differs, one of <see cref="ScalingSettings.All"/>.</param>
/// <param name="Points">The settings, from the least to the most where they are numbers.</param>
sealed record Sweep(string Name, IReadOnlyList<SweepPoint> Points);

/// <summary>One setting of a sweep.</summary>
/// <param name="Setting">The setting as text; begins with its number where it has one.</param>
/// <param name="Number">The setting as a number; NaN where it is none.</param>
/// <param name="Step">What runs.</param>
/// <param name="Device">Where.</param>
/// <param name="Workers">Threads on a CPU; 0 means the whole device.</param>
sealed record SweepPoint(string Setting, double Number, StepCase Step, DeviceInfo Device, int Workers = 0);
