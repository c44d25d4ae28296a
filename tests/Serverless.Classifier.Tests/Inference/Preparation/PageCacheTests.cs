using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Serverless.Classifier.Inference.Preparation;

namespace Serverless.Classifier.Tests.Inference.Preparation;

public sealed partial class PageCacheTests : IDisposable
{
    private const int Length = 4 << 20;

    // Beside the tests and not in the temporary folder, which may lie in memory altogether.
    private readonly string _path = Path.Combine(AppContext.BaseDirectory, $"page-cache-{Guid.NewGuid():N}.bin");

    public PageCacheTests()
    {
        using var file = File.Create(_path);
        file.Write(Enumerable.Repeat((byte)7, Length).ToArray());
        file.Flush(flushToDisk: true);
    }

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void AFileThatIsForgottenIsReadAnewAndIsWhatItWas()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux is told");
        Assert.SkipWhen(new DriveInfo(AppContext.BaseDirectory).DriveFormat is "tmpfs" or "ramfs", "a file in memory has no disk to be read from");
        Assert.Equal(Length, BytesInMemory());

        PageCache.Forget(_path);

        Assert.Equal(0, BytesInMemory());
        Assert.All(File.ReadAllBytes(_path), value => Assert.Equal(7, value));
    }

    [Fact]
    public void AdviceAboutAFileThatIsNotThereIsNoError() => PageCache.Forget(_path + ".missing");

    [Fact]
    public void AFileThatIsPopulatedIsInMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux is told");
        PageCache.Forget(_path);

        using (var mapped = MemoryMappedFile.CreateFromFile(_path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read))
        using (var view = mapped.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read))
        {
            var start = view.SafeMemoryMappedViewHandle.DangerousGetHandle();
            PageCache.WantLargePages(start, Length);
            PageCache.Populate(start, Length);
        }

        Assert.Equal(Length, BytesInMemory());
    }

    /// <summary>How much of the file the system keeps in memory.</summary>
    private int BytesInMemory()
    {
        using var mapped = MemoryMappedFile.CreateFromFile(_path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = mapped.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        var pages = new byte[Length / Environment.SystemPageSize];
        Assert.Equal(0, AskWhatIsInMemory(view.SafeMemoryMappedViewHandle.DangerousGetHandle(), Length, pages));
        return pages.Count(page => (page & 1) == 1) * Environment.SystemPageSize;
    }

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int AskWhatIsInMemory(nint start, nuint length, [Out] byte[] pages);
}
