using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion;

/// <summary>Whether a network prepares its pictures itself.</summary>
internal static class OwnPreprocessing
{
    /// <summary>Looks for arithmetic on the image before anything that was trained.</summary>
    public static bool IsIn(LayerNode output)
    {
        HashSet<LayerNode> stillImage = new(ReferenceEqualityComparer.Instance);
        foreach (var node in output.InOrder())
        {
            if (node.Inputs.All(stillImage.Contains) && node.Layer is Input or Identity or StackChannels or OneChannel or ReverseChannels or Affine or Normalization)
            {
                if (node.Layer is OneChannel or ReverseChannels or Affine or Normalization)
                {
                    return true;
                }

                stillImage.Add(node);
            }
        }

        return false;
    }
}
