namespace Serverless.ModelTool.Conversion.Passes;

/// <summary>Makes a graph of another by replacing nodes one by one.</summary>
internal static class Rewriting
{
    /// <summary>Goes through all nodes that lead to one, each after those that it needs.</summary>
    /// <param name="output">The last node.</param>
    /// <param name="replace">Gets a node and what became of its inputs; returns what becomes of it.</param>
    /// <returns>What became of the last node.</returns>
    public static Node Rewrite(Node output, Func<Node, Node> replace)
    {
        Dictionary<Node, Node> replaced = new(ReferenceEqualityComparer.Instance);
        foreach (var node in Network.Ordered(output))
        {
            var inputs = node.Inputs.Select(input => replaced[input]).ToArray();
            var isUnchanged = inputs.Zip(node.Inputs).All(pair => ReferenceEquals(pair.First, pair.Second));
            replaced.Add(node, replace(isUnchanged ? node : node.With(inputs)));
        }

        return replaced[output];
    }

    /// <summary>Nodes whose answer only one other takes, so that both may become one.</summary>
    public static Func<Node, bool> UsedOnce(Node output)
    {
        var uses = Network.Ordered(output).SelectMany(node => node.Inputs).GroupBy(input => input.Name).ToDictionary(group => group.Key, group => group.Count());
        return node => uses.GetValueOrDefault(node.Name) == 1;
    }
}
