namespace GpuLm.Tokenization.Files;

/// <summary>The ids of a file's tokens.</summary>
internal static class TokenIds
{
    /// <summary>The tokens in the order of their ids.</summary>
    /// <exception cref="GpuLmException">The ids are not 0, 1, 2 ..., each once.</exception>
    public static string[] InOrder(IReadOnlyCollection<KeyValuePair<string, int>> ids)
    {
        if (ids.Count == 0) throw new GpuLmException("it has no tokens.");
        var tokens = new string?[ids.Count];
        foreach (var (token, id) in ids)
        {
            if ((uint)id >= (uint)tokens.Length || tokens[id] is not null)
            {
                throw new GpuLmException(
                    $"its {tokens.Length} tokens should have the ids 0 to {tokens.Length - 1}, each once; \"{token}\" has {id}.");
            }
            tokens[id] = token;
        }
        return tokens!;
    }
}
