using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Serverless.ModelTool.Onnx;

/// <summary>
/// The file beside a graph that holds its weights, little-endian, each tensor at a multiple of <see cref="Alignment"/> bytes so that ONNX
/// Runtime can map it into memory instead of copying it.
/// </summary>
internal sealed class WeightsFile : IDisposable
{
    /// <summary>A page of every processor that this runs on, in bytes.</summary>
    public const int Alignment = 4096;

    private readonly SafeFileHandle _handle;

    /// <summary>Makes the file at its full size, so that a full disk shows at once and not after minutes.</summary>
    public WeightsFile(string path, long length)
    {
        _handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, preallocationSize: length);
        RandomAccess.SetLength(_handle, length);
    }

    /// <summary>The first place at or after <paramref name="offset"/> where a tensor may start.</summary>
    public static long Align(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    /// <summary>Writes values; callers may write to different places at the same time.</summary>
    /// <param name="offset">Where, in bytes from the start of the file.</param>
    /// <param name="values">What.</param>
    public void Write(long offset, ReadOnlySpan<float> values) => Write(offset, MemoryMarshal.AsBytes(values));

    /// <summary>Writes values that are bytes already; callers may write to different places at the same time.</summary>
    /// <param name="offset">Where, in bytes from the start of the file.</param>
    /// <param name="bytes">What.</param>
    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_handle, bytes, offset);

    /// <summary>Makes sure that a power failure after this leaves the file whole.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_handle);

    public void Dispose() => _handle.Dispose();
}
