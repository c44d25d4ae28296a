using Serverless.Classifier.Inference.Graphs;

namespace Serverless.Classifier.Inference.Preparation;

/// <summary>Finds a place for each tensor of an optimised graph: where the model has the very same bytes already, there; else in a new file.</summary>
/// <remarks>Of VGG16's 553 MB the optimiser changes the 59 MB of the convolutions: the rest is neither stored nor cached twice.</remarks>
/// <param name="modelFolder">The model's folder, which places are relative to.</param>
/// <param name="folder">Where the new file is made.</param>
/// <param name="optimizedWeights">Name of the file in that folder with the optimised graph's weights.</param>
internal sealed class WeightPlaces(string modelFolder, string folder, string optimizedWeights)
{
    /// <summary>A page: what begins at one can be mapped.</summary>
    private const int Alignment = 4096;

    private const int BlockBytes = 1 << 20;

    private readonly byte[] _block = new byte[BlockBytes];
    private readonly byte[] _otherBlock = new byte[BlockBytes];

    /// <summary>Finds the places and writes the new file.</summary>
    public Dictionary<string, ExternalTensor> Find(IEnumerable<ExternalTensor> original, IEnumerable<ExternalTensor> optimized)
    {
        var originals = original.ToDictionary(tensor => tensor.Name);
        var places = new Dictionary<string, ExternalTensor>(StringComparer.Ordinal);
        using var weights = new FileStream(Path.Combine(folder, PreparedGraph.WeightsName), FileMode.Create, FileAccess.Write, FileShare.None);
        foreach (var tensor in optimized)
        {
            if (originals.GetValueOrDefault(tensor.Name) is { } same && same.Length == tensor.Length && HaveEqualBytes(same, tensor))
            {
                places[tensor.Name] = same;
                continue;
            }

            weights.Position = (weights.Length + Alignment - 1) / Alignment * Alignment;
            places[tensor.Name] = tensor with { Location = Path.Combine(PreparedGraph.RelativeFolder, PreparedGraph.WeightsName), Offset = weights.Position };
            Copy(tensor, weights);
        }

        weights.Flush(flushToDisk: true);
        return places;
    }

    private bool HaveEqualBytes(ExternalTensor original, ExternalTensor optimized)
    {
        using var one = File.OpenHandle(Path.Combine(modelFolder, original.Location));
        using var other = File.OpenHandle(Path.Combine(folder, optimizedWeights));
        for (long done = 0; done < optimized.Length; done += BlockBytes)
        {
            var length = (int)Math.Min(BlockBytes, optimized.Length - done);
            if (RandomAccess.Read(one, _block.AsSpan(0, length), original.Offset + done) != length
                || RandomAccess.Read(other, _otherBlock.AsSpan(0, length), optimized.Offset + done) != length
                || !_block.AsSpan(0, length).SequenceEqual(_otherBlock.AsSpan(0, length)))
            {
                return false;
            }
        }

        return true;
    }

    private void Copy(ExternalTensor tensor, FileStream target)
    {
        using var source = File.OpenHandle(Path.Combine(folder, optimizedWeights));
        for (long done = 0; done < tensor.Length;)
        {
            var read = RandomAccess.Read(source, _block.AsSpan(0, (int)Math.Min(BlockBytes, tensor.Length - done)), tensor.Offset + done);
            if (read == 0)
            {
                throw new EndOfStreamException($"{optimizedWeights} ends within {tensor.Name}");
            }

            target.Write(_block.AsSpan(0, read));
            done += read;
        }
    }
}
