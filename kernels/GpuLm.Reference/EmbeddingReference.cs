namespace GpuLm.Reference;

/// <summary>Token plus position embedding, in double; activations are [B, T, C], wte [V, C], wpe [context, C].</summary>
public static class EmbeddingReference
{
    /// <summary>y[b, t] = wte[ids[b, t]] + wpe[t].</summary>
    public static Oracle Forward(int[] ids, double[] wte, double[] wpe, int sequence, int channels)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ForwardAt(ids, [.. Enumerable.Range(0, ids.Length).Select(row => row % sequence)], wte, wpe, channels);
    }

    /// <summary>y[r] = wte[ids[r]] + wpe[positions[r]].</summary>
    public static Oracle ForwardAt(int[] ids, int[] positions, double[] wte, double[] wpe, int channels)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(positions);
        var y = new Oracle(ids.Length * channels);
        for (int row = 0; row < ids.Length; row++)
        {
            for (int c = 0; c < channels; c++)
            {
                y.Add(row * channels + c, wte[ids[row] * channels + c]);
                y.Add(row * channels + c, wpe[positions[row] * channels + c]);
            }
        }
        return y;
    }

    /// <summary>dWte[v] = the sum of dY over v's occurrences; dWpe[t] = sum_b dY[b, t].</summary>
    public static (Oracle DWte, Oracle DWpe) Backward(double[] dY, int[] ids, int sequence, int channels, int vocabulary, int context)
    {
        Oracle dWte = new(vocabulary * channels), dWpe = new(context * channels);
        for (int row = 0; row < ids.Length; row++)
        {
            for (int c = 0; c < channels; c++)
            {
                dWte.Add(ids[row] * channels + c, dY[row * channels + c]);
                dWpe.Add(row % sequence * channels + c, dY[row * channels + c]);
            }
        }
        return (dWte, dWpe);
    }
}
