namespace GpuLm.Peers.Cases;

/// <summary>A piece of work that PyTorch and GpuLm both do on the same numbers, into memory that they have.</summary>
interface IPeerCase : IDisposable
{
    string What { get; }

    string Shape { get; }

    double Flops => 0;

    double Bytes => 0;

    double Tokens => 0;

    /// <summary>Holds both sides' results to the oracle, or to each other; what is not equal is not timed.</summary>
    /// <exception cref="WrongResultException">A side computed something else.</exception>
    void Verify();

    void Torch();

    /// <summary>Ends when the device has ended.</summary>
    void Ours();

    /// <summary>What else is known of a side, each figure with its unit in its name.</summary>
    IReadOnlyDictionary<string, double> FiguresOf(string side) => new Dictionary<string, double>();
}

/// <summary>A side's result is wrong.</summary>
sealed class WrongResultException(string message) : Exception(message);
