using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Serverless.Classifier.Inference.Preparation;

/// <summary>What Linux is told about files that it keeps in memory. Advice: elsewhere, and where it does not help, nothing happens.</summary>
internal static partial class PageCache
{
    // Linux, include/uapi/asm-generic/mman-common.h; PopulateRead since 5.14.
    private const int HugePage = 14;
    private const int PopulateRead = 22;

    // Linux, include/uapi/linux/fadvise.h.
    private const int DontNeed = 4;

    /// <summary>Has what is read into a mapped file's memory read in pieces of the processor's large pages, each of which is then one entry of the page tables.</summary>
    /// <param name="start">Where the file is mapped, at a page's boundary.</param>
    /// <param name="length">Its length in bytes.</param>
    public static void WantLargePages(nint start, long length) => Advise(start, length, HugePage);

    /// <summary>Brings a mapped file's part into memory and into this process' page tables.</summary>
    /// <remarks>Not with <c>MADV_WILLNEED</c> before it: that reads no more than a disk's read-ahead at a time, and in small pages.</remarks>
    /// <param name="start">Where it begins, at a page's boundary.</param>
    /// <param name="length">Its length in bytes.</param>
    public static void Populate(nint start, long length) => Advise(start, length, PopulateRead);

    /// <summary>
    /// Takes a file out of memory, so that it is read anew by whoever wants it next. What was written stays there in pieces as small as it was written in. Pages that are
    /// mapped or not yet on the disk stay.
    /// </summary>
    /// <param name="path">The file; where it cannot be opened, it stays as it is.</param>
    public static void Forget(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _ = AdviseFile(file, 0, 0, DontNeed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Advice.
        }
    }

    private static void Advise(nint start, long length, int advice)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = AdviseMemory(start, (nuint)length, advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseMemory(nint start, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int AdviseFile(SafeFileHandle file, long offset, long length, int advice);
}
