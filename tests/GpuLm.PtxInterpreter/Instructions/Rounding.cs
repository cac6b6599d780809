using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>Rounding of doubles to floats in all four directions.</summary>
static class Rounding
{
    public enum Mode { Nearest, Zero, Down, Up }

    public static Mode Of(SourceInstruction source) =>
        source.Has("rz") ? Mode.Zero : source.Has("rm") ? Mode.Down : source.Has("rp") ? Mode.Up : Mode.Nearest;

    public static float Narrow(double value, Mode mode)
    {
        float nearest = (float)value;
        if (mode == Mode.Nearest || double.IsNaN(value) || nearest == value) return nearest;
        bool up = mode == Mode.Up || (mode == Mode.Zero && value < 0);
        if (up) return nearest < value ? MathF.BitIncrement(nearest) : nearest;
        return nearest > value ? MathF.BitDecrement(nearest) : nearest;
    }

    /// <summary>A sum in one rounding: what the double sum lost decides where it lies.</summary>
    public static float Sum(double a, double b, Mode mode)
    {
        double sum = a + b;
        if (mode == Mode.Nearest || !double.IsFinite(sum)) return (float)sum;
        double part = sum - a;
        double lost = a - (sum - part) + (b - part);
        if (lost > 0 && (float)sum == sum) return Narrow(Math.BitIncrement(sum), mode);
        if (lost < 0 && (float)sum == sum) return Narrow(Math.BitDecrement(sum), mode);
        return sum == 0 && mode == Mode.Down
            && (a != 0 || b != 0 || double.IsNegative(a) || double.IsNegative(b)) ? -0f : Narrow(sum, mode);
    }
}
