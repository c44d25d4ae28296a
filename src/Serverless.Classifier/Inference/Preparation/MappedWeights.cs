using System.IO.MemoryMappedFiles;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Serverless.Classifier.Inference.Graphs;

namespace Serverless.Classifier.Inference.Preparation;

/// <summary>
/// Weights that sessions read where their files are mapped. They have to outlive the sessions. ONNX Runtime would map them as well, but it would not say where, and
/// whoever reads ahead has to be sure that nobody takes them away meanwhile.
/// </summary>
internal sealed class MappedWeights : IDisposable
{
    private const int PageBytes = 4096;

    private readonly Dictionary<string, MemoryMappedViewAccessor> _files = new(StringComparer.Ordinal);
    private readonly List<(ExternalTensor Tensor, OrtValue Value)> _values = [];

    private MappedWeights()
    {
    }

    /// <summary>Maps the weights of a graph.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="tensors">Where they lie.</param>
    /// <exception cref="IOException">A file is missing or too short.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be read.</exception>
    public static MappedWeights Map(string folder, IEnumerable<ExternalTensor> tensors)
    {
        var weights = new MappedWeights();
        try
        {
            foreach (var tensor in tensors)
            {
                weights.Add(folder, tensor);
            }

            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Lets sessions that are made with these options use them.</summary>
    public void AddTo(SessionOptions options)
    {
        foreach (var (tensor, value) in _values)
        {
            options.AddInitializer(tensor.Name, value);
        }
    }

    /// <summary>
    /// Reads ahead what is not in memory, and brings all of it into this process' page tables. Left to the first run, that would be a page fault for each few pages,
    /// tens of thousands of them, on all of its threads, while everything else at a start wants to map memory too.
    /// </summary>
    public void Populate()
    {
        foreach (var (tensor, _) in _values)
        {
            var excess = tensor.Offset % PageBytes;
            PageCache.Populate(Address(tensor) - (nint)excess, tensor.Length + excess);
        }

        // Where pages of a virtual machine are mapped once more beneath it, only a read does that.
        foreach (var (tensor, _) in _values)
        {
            var file = _files[tensor.Location];
            for (var offset = tensor.Offset; offset < tensor.Offset + tensor.Length; offset += PageBytes)
            {
                file.ReadByte(offset);
            }
        }
    }

    public void Dispose()
    {
        _values.ForEach(value => value.Value.Dispose());
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private void Add(string folder, ExternalTensor tensor)
    {
        if (!_files.TryGetValue(tensor.Location, out var file))
        {
            // Whoever puts another file in its place may do so.
            using var stream = new FileStream(Path.Combine(folder, tensor.Location), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using var mapped = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _files[tensor.Location] = file = mapped.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read);
            PageCache.WantLargePages(file.SafeMemoryMappedViewHandle.DangerousGetHandle(), stream.Length);
        }

        if (tensor.Offset + tensor.Length > file.Capacity)
        {
            throw new EndOfStreamException($"{tensor.Location} ends before {tensor.Name} does");
        }

        _values.Add((tensor, OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, (TensorElementType)tensor.DataType, [.. tensor.Shape], Address(tensor), tensor.Length)));
    }

    private nint Address(ExternalTensor tensor) => _files[tensor.Location].SafeMemoryMappedViewHandle.DangerousGetHandle() + (nint)tensor.Offset;
}
