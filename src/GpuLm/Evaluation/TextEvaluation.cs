using GpuLm.Tokenization;

namespace GpuLm.Evaluation;

/// <summary>Measures a model's loss on documents, each by itself, with a <see cref="SlidingWindow"/>.</summary>
/// <remarks>
/// A document's first token is predicted from the tokenizer's end-of-text token, which stands between documents in training; where the
/// vocabulary has none, the first token is read but not predicted.
/// </remarks>
public static class TextEvaluation
{
    /// <summary>From so many documents on they are the units of the interval; before, windows are.</summary>
    const int EnoughDocuments = 30;

    /// <summary>Measures the loss of all documents' tokens.</summary>
    /// <param name="scorer">The model, with the context to read.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="documents">UTF-8; they are read one after the other.</param>
    /// <param name="stride">Tokens from one window to the next, 1 to the context.</param>
    /// <param name="progress">Is told the number of tokens predicted so far.</param>
    /// <exception cref="GpuLmException">
    /// There is no token to predict, a token is not the model's, the loss is not finite, or the stride does not fit.
    /// </exception>
    public static TextScore Run(
        SequenceScorer scorer, ITokenizer tokenizer, IEnumerable<ReadOnlyMemory<byte>> documents, int stride,
        Action<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var byWindow = new List<(double Loss, long Tokens)>();
        var byDocument = new Dictionary<int, (double Loss, long Tokens)>();
        long tokens = 0, bytes = 0;
        var windows = documents.Index().SelectMany(
            document => SlidingWindow.Over(Tokens(tokenizer, document.Item), scorer.Length, stride)
                .Select(window => (Document: document.Index, Window: window)));
        foreach (var ((document, window), loss) in scorer.Score(windows, item => item.Window))
        {
            byWindow.Add((loss, window.Scored));
            var sofar = byDocument.GetValueOrDefault(document);
            byDocument[document] = (sofar.Loss + loss, sofar.Tokens + window.Scored);
            tokens += window.Scored;
            foreach (int token in window.Predicted.Span) bytes += tokenizer.ByteCount(token);
            progress?.Invoke(tokens);
        }
        if (tokens == 0) throw new GpuLmException("The text has no token that could be predicted. Give more text.");
        bool enough = byDocument.Count >= EnoughDocuments;
        return new TextScore(
            byWindow.Sum(window => window.Loss), tokens, bytes, byDocument.Count,
            Interval.OfMean(enough ? [.. byDocument.Values] : byWindow), enough ? "documents" : "windows");
    }

    static ReadOnlyMemory<int> Tokens(ITokenizer tokenizer, ReadOnlyMemory<byte> document)
    {
        var tokens = new List<int>();
        if (tokenizer.EndOfText is int start) tokens.Add(start);
        tokenizer.Encode(document.Span, tokens);
        return tokens.ToArray();
    }
}
