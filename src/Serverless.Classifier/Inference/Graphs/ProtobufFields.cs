namespace Serverless.Classifier.Inference.Graphs;

/// <summary>
/// The fields of a protobuf message, one after the other, as slices of it: nothing is copied, however large a graph's weights are
/// (https://protobuf.dev/programming-guides/encoding). What cannot be read ends it, since ONNX Runtime refuses such a file with better words.
/// </summary>
internal ref struct ProtobufFields(ReadOnlySpan<byte> message)
{
    private const int LengthDelimited = 2;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field.</summary>
    public int Number { get; private set; }

    /// <summary>The bytes, text or message that it holds; empty where it holds a number.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>The number that it holds, where it holds one.</summary>
    public ulong Value { get; private set; }

    /// <summary>All of it, with its tag.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>Goes on to the next field.</summary>
    public bool Next()
    {
        var start = _rest;
        Content = default;
        Value = 0;
        if (_rest.IsEmpty || !Varint(out var tag))
        {
            return false;
        }

        Number = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0 when Varint(out var value):
                Value = value;
                break;
            case 1 when Take(8, out _):
            case 5 when Take(4, out _):
                break;
            case LengthDelimited when Varint(out var length) && Take(length, out var content):
                Content = content;
                break;
            default:
                return false;
        }

        Whole = start[..^_rest.Length];
        return true;
    }

    /// <summary>Goes on to the next field of a number.</summary>
    public bool Next(int number)
    {
        while (Next())
        {
            if (Number == number)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the numbers that it holds, one or several: writers may pack a repeated field.</summary>
    public readonly void AddNumbers(List<long> numbers)
    {
        if (Content.IsEmpty)
        {
            numbers.Add((long)Value);
            return;
        }

        for (var packed = new ProtobufFields(Content); packed.Varint(out var number);)
        {
            numbers.Add((long)number);
        }
    }

    private bool Take(ulong length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length > (ulong)_rest.Length)
        {
            return false;
        }

        taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    private bool Varint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && !_rest.IsEmpty; shift += 7)
        {
            var next = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
