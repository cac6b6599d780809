namespace GpuLm.Devices;

/// <summary>A device was asked for that this machine does not have, or that cannot run kernels.</summary>
/// <param name="message">What was asked for, why it is not there, and what is.</param>
public sealed class DeviceNotFoundException(string message) : Exception(message);
