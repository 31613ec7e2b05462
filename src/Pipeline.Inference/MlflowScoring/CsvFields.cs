namespace Pipeline.Inference.MlflowScoring;

/// <summary>
/// Takes CSV by RFC 4180 apart, field by field: quotes, doubled quotes in them, any of CRLF, LF and CR as a line's end, the last of which may be missing. On bytes, because
/// fields become numbers and codes without ever being strings; the CSV libraries read characters. One use.
/// </summary>
/// <param name="text">Valid UTF-8.</param>
internal ref struct CsvFields(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;
    private bool _isWithinRecord;
    private byte[] _unescaped = [];

    /// <summary>The field that was read, without quotes.</summary>
    public ReadOnlySpan<byte> Field { get; private set; }

    public bool IsQuoted { get; private set; }

    /// <summary>Whether the field that was read is the last of its line.</summary>
    public bool EndsRecord { get; private set; }

    /// <summary>What is wrong with the text: what was expected and what is there instead; null if nothing.</summary>
    public (string Expected, string Got)? Fault { get; private set; }

    /// <summary>Goes on to the next field.</summary>
    /// <returns>False at the end of the text, or if <see cref="Fault"/> tells that it is broken.</returns>
    public bool Read()
    {
        if ((_rest.IsEmpty && !_isWithinRecord) || Fault is not null)
        {
            return false;
        }

        IsQuoted = _rest is [(byte)'"', ..];
        if (!IsQuoted)
        {
            var length = _rest.IndexOfAny((byte)',', (byte)'\n', (byte)'\r');
            Field = length < 0 ? _rest : _rest[..length];
            _rest = _rest[Field.Length..];
        }
        else if (!ReadQuoted())
        {
            return false;
        }

        return ReadDelimiter();
    }

    private bool ReadQuoted()
    {
        var end = 1;
        var doubled = 0;
        while (true)
        {
            var quote = _rest[end..].IndexOf((byte)'"');
            if (quote < 0)
            {
                Fault = ("a closing quote", "the end of the text");
                return false;
            }

            end += quote;
            if (end + 1 == _rest.Length || _rest[end + 1] != '"')
            {
                break;
            }

            doubled++;
            end += 2;
        }

        Field = doubled == 0 ? _rest[1..end] : Unescape(_rest[1..end], doubled);
        _rest = _rest[(end + 1)..];
        return true;
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> quoted, int doubled)
    {
        var length = quoted.Length - doubled;
        if (_unescaped.Length < length)
        {
            _unescaped = new byte[Math.Max(length, 2 * _unescaped.Length)];
        }

        var at = 0;
        while (quoted.IndexOf((byte)'"') is var quote and >= 0)
        {
            quoted[..(quote + 1)].CopyTo(_unescaped.AsSpan(at));
            at += quote + 1;
            quoted = quoted[(quote + 2)..];
        }

        quoted.CopyTo(_unescaped.AsSpan(at));
        return _unescaped.AsSpan(0, length);
    }

    private bool ReadDelimiter()
    {
        EndsRecord = true;
        switch (_rest)
        {
            case []:
                break;
            case [(byte)',', ..]:
                EndsRecord = false;
                _rest = _rest[1..];
                break;
            case [(byte)'\r', (byte)'\n', ..]:
                _rest = _rest[2..];
                break;
            case [(byte)'\r' or (byte)'\n', ..]:
                _rest = _rest[1..];
                break;
            default:
                Fault = ("a comma or the line's end after a closing quote", "something else");
                return false;
        }

        _isWithinRecord = !EndsRecord;
        return true;
    }
}
