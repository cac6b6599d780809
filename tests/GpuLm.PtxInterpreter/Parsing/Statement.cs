namespace GpuLm.PtxInterpreter.Parsing;

/// <summary>One statement of a module's text: everything up to a semicolon, a label with its colon, or a brace.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, without the semicolon or colon, comments taken out.</param>
/// <param name="Line">The line where it starts, counted from 1.</param>
readonly record struct Statement(StatementKind Kind, string Text, int Line);

enum StatementKind { Text, Label, Open, Close }

/// <summary>Cuts PTX text into statements.</summary>
sealed class StatementReader(string text)
{
    readonly string _text = WithoutComments(text);
    int _position;
    int _line = 1;

    public IEnumerable<Statement> Read()
    {
        while (SkipSpace())
        {
            int line = _line;
            char c = _text[_position];
            if (c is '{' or '}')
            {
                _position++;
                yield return new Statement(c == '{' ? StatementKind.Open : StatementKind.Close, "", line);
            }
            else if (c == ';')
            {
                _position++;
            }
            else if (LabelLength() is var length and > 0)
            {
                yield return new Statement(StatementKind.Label, Take(length).Trim(), line);
                _position++;
            }
            else if (EndsWithLine())
            {
                int end = _text.IndexOf('\n', _position);
                string directive = Take((end < 0 ? _text.Length : end) - _position).Trim();
                if (!directive.StartsWith(".loc", StringComparison.Ordinal) && !directive.StartsWith(".file", StringComparison.Ordinal))
                {
                    yield return new Statement(StatementKind.Text, directive, line);
                }
            }
            else
            {
                yield return new Statement(StatementKind.Text, TakeStatement(), line);
            }
        }
    }

    bool SkipSpace()
    {
        for (; _position < _text.Length && char.IsWhiteSpace(_text[_position]); _position++)
        {
            if (_text[_position] == '\n') _line++;
        }
        return _position < _text.Length;
    }

    bool EndsWithLine() => StartsWith(".version") || StartsWith(".target") || StartsWith(".address_size") || StartsWith(".loc ")
        || StartsWith(".loc\t") || StartsWith(".file");

    bool StartsWith(string word) => string.CompareOrdinal(_text, _position, word, 0, word.Length) == 0;

    int LabelLength()
    {
        int end = _position;
        while (end < _text.Length && (char.IsLetterOrDigit(_text[end]) || _text[end] is '_' or '$' or '%')) end++;
        int length = end - _position;
        while (end < _text.Length && _text[end] is ' ' or '\t') end++;
        return length > 0 && end < _text.Length && _text[end] == ':' ? end - _position : 0;
    }

    /// <summary>A statement ends with its semicolon; the head of a function, which has none, before its brace.</summary>
    string TakeStatement()
    {
        bool function = StartsWith(".visible") || StartsWith(".entry") || StartsWith(".weak") || StartsWith(".func");
        int end = _position;
        while (end < _text.Length && _text[end] != ';' && !(function && _text[end] == '{')
            && !(!function && _text[end] == '}' && Unopened(end)))
        {
            end++;
        }
        string statement = Take(end - _position).Trim();
        if (_position < _text.Length && _text[_position] == ';') _position++;
        return statement;
    }

    bool Unopened(int end)
    {
        int depth = 0;
        for (int i = _position; i < end; i++) depth += _text[i] == '{' ? 1 : _text[i] == '}' ? -1 : 0;
        return depth <= 0;
    }

    string Take(int length)
    {
        string piece = _text.Substring(_position, length);
        foreach (char c in piece)
        {
            if (c == '\n') _line++;
        }
        _position += length;
        return piece;
    }

    static string WithoutComments(string text)
    {
        char[] result = text.ToCharArray();
        for (int i = 0; i + 1 < result.Length; i++)
        {
            if (result[i] != '/' || result[i + 1] is not ('/' or '*')) continue;
            bool line = result[i + 1] == '/';
            int end = line ? text.IndexOf('\n', i) : text.IndexOf("*/", i + 2, StringComparison.Ordinal);
            end = end < 0 ? result.Length : line ? end : end + 2;
            for (; i < end; i++)
            {
                if (result[i] != '\n') result[i] = ' ';
            }
            i--;
        }
        return new string(result);
    }
}
