namespace Serverless.ModelTool.Topology;

/// <summary>Orders the nodes of a graph without a cycle.</summary>
internal static class Ordering
{
    /// <summary>
    /// A node and all that it needs, each after what it needs; the same order for the same graph. It does not recurse: a file may chain as many nodes as it likes.
    /// </summary>
    public static IReadOnlyList<T> Of<T>(T last, Func<T, IReadOnlyList<T>> inputs)
        where T : class
    {
        List<T> ordered = [];
        HashSet<T> seen = new(ReferenceEqualityComparer.Instance);
        Stack<(T Node, int Next)> pending = new([(last, 0)]);
        seen.Add(last);
        while (pending.TryPop(out var top))
        {
            var needed = inputs(top.Node);
            if (top.Next == needed.Count)
            {
                ordered.Add(top.Node);
                continue;
            }

            pending.Push((top.Node, top.Next + 1));
            if (seen.Add(needed[top.Next]))
            {
                pending.Push((needed[top.Next], 0));
            }
        }

        return ordered;
    }
}
