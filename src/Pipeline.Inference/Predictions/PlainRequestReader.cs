using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>
/// Reads the requests that nearly all are: valid, and with no escape in a string. About three times as fast as <see cref="PredictRequestReader"/>, because it looks for what
/// must come next instead of for tokens. It gives up at whatever else it finds; what it accepts, that reader accepts with the same values.
/// </summary>
internal ref struct PlainRequestReader
{
    // A number of up to 7 digits is exact in 24 bits, and so is 10^10: one division then rounds once, as a full parser does.
    private const int MaxExactDigits = 7;
    private const int MaxExactFraction = 10;

    private static ReadOnlySpan<float> PowersOfTen => [1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f];

    private readonly ReadOnlySpan<byte> _body;
    private readonly Exchange _exchange;
    private readonly ReadOnlySpan<Column> _columns;
    private readonly CodedRows _rows;
    private readonly Span<int> _seenInRow;
    private int _position;

    /// <param name="body">Valid UTF-8.</param>
    /// <param name="exchange">Takes the rows.</param>
    public PlainRequestReader(ReadOnlySpan<byte> body, Exchange exchange)
    {
        _body = body;
        _exchange = exchange;
        _columns = exchange.Model.Columns.Span;
        _rows = exchange.Rows;
        _seenInRow = exchange.SeenInRow;
        _seenInRow.Fill(-1);
    }

    /// <summary>Reads the body. False: nothing is said about it, and the rows are as before.</summary>
    public bool TryRead(int maxRows)
    {
        if (TryReadBody(maxRows))
        {
            return true;
        }

        _rows.RemoveAll();
        return false;
    }

    private bool TryReadBody(int maxRows)
    {
        if (!Take((byte)'{'))
        {
            return false;
        }

        SkipWhitespace();
        if (!_body[_position..].StartsWith("\"rows\""u8))
        {
            _position = 0;
            return TryReadRow() && IsAtEnd();
        }

        _position += "\"rows\""u8.Length;
        return Take((byte)':') && Take((byte)'[') && TryReadRows(maxRows) && Take((byte)'}') && IsAtEnd();
    }

    private bool TryReadRows(int maxRows)
    {
        do
        {
            if (_rows.Count == maxRows || !TryReadRow())
            {
                return false;
            }
        }
        while (Take((byte)','));

        return Take((byte)']');
    }

    private bool TryReadRow()
    {
        if (!Take((byte)'{'))
        {
            return false;
        }

        var row = _rows.Count;
        _rows.AddRow();
        var next = 0;
        var count = 0;
        do
        {
            var column = TakeName(next);
            if (column is null || _seenInRow[column.Index] == row || !Take((byte)':') || !TryReadValue(column, row))
            {
                return false;
            }

            _seenInRow[column.Index] = row;
            next = column.Index + 1;
            count++;
        }
        while (Take((byte)','));

        return Take((byte)'}') && (count == _columns.Length || TryFillMissing(row));
    }

    private Column? TakeName(int next)
    {
        SkipWhitespace();
        var rest = _body[_position..];
        if (next < _columns.Length && rest.StartsWith(_columns[next].QuotedName.Span))
        {
            _position += _columns[next].QuotedName.Length;
            return _columns[next];
        }

        // Columns in another order than the schema's.
        foreach (var column in _columns)
        {
            if (rest.StartsWith(column.QuotedName.Span))
            {
                _position += column.QuotedName.Length;
                return column;
            }
        }

        return null;
    }

    private bool TryReadValue(Column column, int row)
    {
        SkipWhitespace();
        if (_position == _body.Length)
        {
            return false;
        }

        if (_body[_position] == (byte)'n')
        {
            return TryReadNull(column, row);
        }

        return column.Kind == FeatureKind.Numeric ? TryReadNumber(column, row) : TryReadCategory(column, row);
    }

    private bool TryReadNull(Column column, int row)
    {
        if (!column.AllowsMissing || !_body[_position..].StartsWith("null"u8))
        {
            return false;
        }

        _position += "null"u8.Length;
        column.SetMissing(_rows, row);
        return true;
    }

    private bool TryReadNumber(Column column, int row)
    {
        var start = _position;
        var position = start;
        var isNegative = _body[position] == (byte)'-';
        position += isNegative ? 1 : 0;
        var firstDigit = position;
        uint digits = 0;
        TakeDigits(ref position, ref digits);
        var whole = position - firstDigit;
        if (whole == 0 || (whole > 1 && _body[firstDigit] == (byte)'0'))
        {
            return false;
        }

        var fraction = 0;
        if (position < _body.Length && _body[position] == (byte)'.')
        {
            var firstOfFraction = ++position;
            TakeDigits(ref position, ref digits);
            fraction = position - firstOfFraction;
            if (fraction == 0)
            {
                return false;
            }
        }

        var hasExponent = position < _body.Length && (_body[position] | 0x20) == 'e';
        float value;
        if (hasExponent || whole + fraction > MaxExactDigits || fraction > MaxExactFraction)
        {
            if ((hasExponent && !TakeExponent(ref position)) || !Utf8Parser.TryParse(_body[start..position], out value, out var consumed) || consumed != position - start || !float.IsFinite(value))
            {
                return false;
            }
        }
        else
        {
            value = digits / PowersOfTen[fraction];
            value = isNegative ? -value : value;
        }

        _position = position;
        _rows.SetNumber(row, column.Slot, value);
        return true;
    }

    // The value may overflow; it is asked for only if there are few digits.
    private readonly void TakeDigits(ref int position, ref uint digits)
    {
        while (position < _body.Length && (uint)(_body[position] - '0') is var digit and <= 9)
        {
            digits = unchecked((digits * 10) + digit);
            position++;
        }
    }

    private readonly bool TakeExponent(ref int position)
    {
        position++;
        position += position < _body.Length && _body[position] is (byte)'+' or (byte)'-' ? 1 : 0;
        var first = position;
        uint digits = 0;
        TakeDigits(ref position, ref digits);
        return position > first;
    }

    private bool TryReadCategory(Column column, int row)
    {
        if (_body[_position] != (byte)'"')
        {
            return false;
        }

        var start = _position + 1;
        var end = start;
        while (true)
        {
            if (end == _body.Length)
            {
                return false;
            }

            var character = _body[end];
            if (character == (byte)'"')
            {
                break;
            }

            if (character == (byte)'\\' || character < 0x20)
            {
                return false;
            }

            end++;
        }

        _position = end + 1;
        return TrySetCategory(_body[start..end], column, row);
    }

    private readonly bool TrySetCategory(ReadOnlySpan<byte> text, Column column, int row)
    {
        var code = column.CodeOf(text);
        if (code == CategoryCode.Missing)
        {
            return false;
        }

        _rows.SetCode(row, column.Slot, code);
        if (code == CategoryCode.Unseen && _rows.KeepsUnseen)
        {
            _rows.NoteUnseen(row, column.Slot, Encoding.UTF8.GetString(text));
        }

        return true;
    }

    private readonly bool TryFillMissing(int row)
    {
        foreach (var column in _columns)
        {
            if (_seenInRow[column.Index] == row)
            {
                continue;
            }

            if (!column.AllowsMissing)
            {
                return false;
            }

            column.SetMissing(_rows, row);
        }

        return true;
    }

    private bool Take(byte wanted)
    {
        SkipWhitespace();
        if (_position == _body.Length || _body[_position] != wanted)
        {
            return false;
        }

        _position++;
        return true;
    }

    private bool IsAtEnd()
    {
        SkipWhitespace();
        return _position == _body.Length;
    }

    // Mostly there is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipWhitespace()
    {
        if (_position < _body.Length && _body[_position] <= (byte)' ')
        {
            SkipAllWhitespace();
        }
    }

    private void SkipAllWhitespace()
    {
        while (_position < _body.Length && _body[_position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _position++;
        }
    }
}
