using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion;

/// <summary>Makes a network's last operation what a classifier reads: a number for each of two or more classes.</summary>
internal static class ClassOutput
{
    /// <summary>Whether the answer of a layer is probabilities, or scores of which softmax makes some.</summary>
    /// <exception cref="ModelToolException">It is neither.</exception>
    public static Node Finish(Node answer, LayerNode last, out bool givesScores)
    {
        if (answer.Shape.Rank != 1)
        {
            throw new ModelToolException(
                $"The last layer, '{last.Address}', gives {answer.Shape} for an image; a classifier gives one number a class. "
                + "Convert the model with its head (global pooling or flatten, then a dense layer).");
        }

        var isSigmoid = answer.OpType == "Sigmoid";
        if (answer.Shape.Channels == 1)
        {
            givesScores = false;
            return TwoClasses(isSigmoid ? answer.Inputs[0] : answer, last);
        }

        if (isSigmoid)
        {
            throw new ModelToolException(
                $"The last layer, '{last.Address}', gives {answer.Shape.Channels} probabilities that are independent of each other (sigmoid): "
                + "the picture may have several labels or none. This classifier ranks classes of which one is right: softmax, scores, or a sigmoid with one output.");
        }

        givesScores = answer.OpType != "Softmax";
        return answer.With(outputName: givesScores ? GraphNames.Scores : GraphNames.Probabilities);
    }

    /// <summary>
    /// One output says how probable the second of two classes is. The first one's is the sigmoid of the negated score, which keeps its digits where 1 - p loses them.
    /// </summary>
    private static Node TwoClasses(Node score, LayerNode last)
    {
        var negated = new Node("Neg", $"{last.Address}/negated", [score], score.Shape);
        Node Probability(Node of, string name) => new("Sigmoid", $"{last.Address}/{name}", [of], score.Shape);
        return new("Concat", $"{last.Address}/both", [Probability(negated, "first"), Probability(score, "second")], new(2))
        {
            Attributes = [("axis", 1L)],
            OutputName = GraphNames.Probabilities,
        };
    }
}
