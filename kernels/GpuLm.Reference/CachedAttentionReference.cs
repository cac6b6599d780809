namespace GpuLm.Reference;

/// <summary>
/// Attention of new tokens over kept keys and values, in double. A sequence's qkv is [T, (H + 2 Hkv) D], all of its tokens up to now: what
/// is asked for are the outputs of some of them.
/// </summary>
public static class CachedAttentionReference
{
    /// <summary>Outputs [rows, H D] of the tokens at the given positions of their sequences.</summary>
    /// <param name="sequences">Each slot's qkv.</param>
    /// <param name="slots">Each row's sequence.</param>
    /// <param name="positions">Each row's position in it.</param>
    /// <param name="heads">H.</param>
    /// <param name="keyValueHeads">Hkv.</param>
    /// <param name="headSize">D.</param>
    public static Oracle Forward(
        IReadOnlyList<double[]> sequences, int[] slots, int[] positions, int heads, int keyValueHeads, int headSize)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(positions);
        int tokenSize = (heads + 2 * keyValueHeads) * headSize, outputSize = heads * headSize;
        var output = new Oracle(slots.Length * outputSize);
        for (int row = 0; row < slots.Length; row++)
        {
            for (int head = 0; head < heads; head++)
            {
                int shared = head / (heads / keyValueHeads);
                double[] Part(int offset) => Column(sequences[slots[row]], tokenSize, offset * headSize, headSize, positions[row] + 1);
                double[] query = Part(head), key = Part(heads + shared), value = Part(heads + keyValueHeads + shared);
                var reference = new AttentionHeadReference(query, key, value, query, positions[row] + 1, headSize);
                var one = reference.Output(positions[row]);
                for (int d = 0; d < headSize; d++)
                {
                    output.Set(row * outputSize + head * headSize + d, one.Value[d], one.Magnitude[d]);
                }
            }
        }
        return output;
    }

    static double[] Column(double[] matrix, int step, int start, int width, int rows)
    {
        var column = new double[rows * width];
        for (int row = 0; row < rows; row++) Array.Copy(matrix, row * step + start, column, row * width, width);
        return column;
    }
}
