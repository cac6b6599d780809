namespace GpuLm.Devices.Instruments;

/// <summary>Something that tells a machine's state. What it cannot read is left out; nothing it does is an error.</summary>
interface IInstrument : IDisposable
{
    /// <summary>Adds what it reads now, each with its unit in its name.</summary>
    void AddTo(IDictionary<string, double> readings);

    /// <summary>Joules since some moment in the past; never less than before. Null where nothing counts them.</summary>
    double? EnergyJoules();
}
