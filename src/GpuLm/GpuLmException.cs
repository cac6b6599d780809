namespace GpuLm;

/// <summary>
/// Something that the user can mend: a missing or damaged file, a device that is not there, an option out of range. The message says
/// what was wrong, where, what was expected, and the remedy; the command line shows it as it is.
/// </summary>
public class GpuLmException : Exception
{
    /// <summary>An error without a message; prefer one with.</summary>
    public GpuLmException()
    {
    }

    /// <summary>An error with the message that the user reads.</summary>
    public GpuLmException(string message) : base(message)
    {
    }

    /// <summary>An error with the message that the user reads, and its cause.</summary>
    public GpuLmException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
