using System.Globalization;
using System.Text;

namespace Serverless.ModelTool.Numpy;

/// <summary>Values as Python prints them.</summary>
internal static class PythonRepr
{
    /// <summary>
    /// A float32 as NumPy prints it: the fewest digits that read back as the same number, positional from 1e-4 to below 1e16, scientific
    /// with at least two digits of exponent elsewhere.
    /// </summary>
    public static string Float32(float value)
    {
        if (!float.IsFinite(value))
        {
            return float.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        // "R" gives NumPy's digits, but changes between the two notations elsewhere. The number itself decides, not its digits: the
        // float32 nearest to 1e-4 is less.
        var (sign, digits, exponent) = Split(value.ToString("R", CultureInfo.InvariantCulture));
        if (value != 0 && Math.Abs((double)value) is < 1e-4 or >= 1e16)
        {
            var fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        return exponent < 0
            ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : $"{sign}{digits.PadRight(exponent + 1, '0')[..(exponent + 1)]}.{(digits.Length > exponent + 1 ? digits[(exponent + 1)..] : "0")}";
    }

    /// <summary>A text: in single quotes, unless it has some and no double ones.</summary>
    public static string Text(string value)
    {
        var quote = value.Contains('\'', StringComparison.Ordinal) && !value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var text = new StringBuilder().Append(quote);
        foreach (var character in value)
        {
            text.Append(character switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when character == quote => $"\\{quote}",
                < ' ' or '\x7F' => $"\\x{(int)character:x2}",
                _ => character.ToString(),
            });
        }

        return text.Append(quote).ToString();
    }

    /// <summary>The digits without leading or trailing zeros, and the power of ten of the first one.</summary>
    private static (string Sign, string Digits, int Exponent) Split(string number)
    {
        var sign = number[0] == '-' ? "-" : "";
        var parts = number[sign.Length..].Split('E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal) is >= 0 and var index ? index : parts[0].Length;
        var all = parts[0].Replace(".", "", StringComparison.Ordinal);
        var leading = all.Length - all.TrimStart('0').Length;
        var digits = all.Trim('0');
        return digits.Length == 0
            ? (sign, "0", 0)
            : (sign, digits, point - 1 - leading + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0));
    }
}
