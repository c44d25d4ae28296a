using System.Buffers.Binary;

namespace Serverless.ModelTool.Keras;

/// <summary>
/// What the first bytes of a file say before a library is trusted with the rest (HDF5 File Format Specification 3.0, "Superblock").
/// </summary>
internal static class Hdf5Header
{
    private const int Longest = 48;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>Refuses what is not a whole HDF5 file, and says what it is instead.</summary>
    /// <exception cref="ModelToolException">Missing, empty, another format or cut off.</exception>
    public static void Check(string path, string name)
    {
        Span<byte> header = stackalloc byte[Longest];
        long length;
        try
        {
            using var file = File.OpenRead(path);
            length = file.Length;
            header = header[..file.ReadAtLeast(header, Longest, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelToolException($"{name} cannot be read: {exception.Message}", exception);
        }

        if (!header.StartsWith(Signature))
        {
            throw new ModelToolException($"{name} is neither a .keras nor an HDF5 file: {WhatElse(header)}");
        }

        if (header.Length < Longest || EndOfFile(header) > (ulong)length)
        {
            throw new ModelToolException(
                $"{name} is cut off: it has {length:N0} bytes"
                + (header.Length < Longest ? "." : $" and says of itself that it has {EndOfFile(header):N0}.") + " Copy or download it again.");
        }
    }

    /// <summary>The end-of-file address that the superblock states; 0 when its layout is one that Keras does not write.</summary>
    private static ulong EndOfFile(ReadOnlySpan<byte> header) => (Version: header[8], OffsetSize: header[header[8] < 2 ? 13 : 9]) switch
    {
        (0, 8) => BinaryPrimitives.ReadUInt64LittleEndian(header[40..]),
        (2 or 3, 8) => BinaryPrimitives.ReadUInt64LittleEndian(header[28..]),
        _ => 0,
    };

    private static string WhatElse(ReadOnlySpan<byte> header) =>
        header.IsEmpty ? "it is empty."
        : header.TrimStart(" \r\n\t"u8).StartsWith("<"u8) ? "it is a web page. A proxy or a login page may have answered in place of the server."
        : header.StartsWith("version https://git-lfs"u8) ? "it is a Git LFS pointer. Run 'git lfs pull' where it came from."
        : header.StartsWith("\x08\x01"u8) || header.StartsWith("\x0A"u8) ? "it may be a TensorFlow SavedModel or an ONNX graph. Save the model as NAME.keras."
        : "its first bytes are neither's signature.";
}
