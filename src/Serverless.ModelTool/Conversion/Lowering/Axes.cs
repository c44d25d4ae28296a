using Serverless.ModelTool.Conversion.Weights;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion.Lowering;

/// <content>Layers that only arrange values.</content>
internal sealed partial class NetworkCompiler
{
    private static Node Lower(Flatten layer, Place here)
    {
        var input = here.Input;
        var shape = new Extent(checked((int)input.Shape.Length));
        if (input.Shape.Rank == 1)
        {
            return input;
        }

        return new("Flatten", here.Name, [input], shape)
        {
            Attributes = [("axis", 1L)],
            ChannelsFirstOf = layer.ChannelsFirst || input.Shape.IsOrderFree ? null : input.Shape,
        };
    }

    private static Node Lower(Reshape layer, Place here)
    {
        var input = here.InKerasOrder(here.Input);
        var known = layer.Target.Where(dimension => dimension != -1).Aggregate(1L, (product, dimension) => product * dimension);
        var target = new Extent([.. layer.Target.Select(dimension => dimension == -1 && known > 0 ? (int)(input.Shape.Length / known) : dimension)]);
        if (!target.IsPossible || target.Length != input.Shape.Length || layer.Target.Count(dimension => dimension == -1) > 1)
        {
            throw here.Refused($"cannot give {input.Shape} the dimensions ({string.Join(", ", layer.Target)})");
        }

        if (!target.IsMap || target.IsOrderFree)
        {
            return here.KerasOrdered(input, target);
        }

        // Keras's order is rows first; the graph's maps are channels first.
        var rowsFirst = here.KerasOrdered(input, new(1, target.Rows, target.Columns, target.Channels));
        var squeezed = new Node("Reshape", here.Unique("map"), [rowsFirst], target) { Parameters = [new Integers(-1, target.Rows, target.Columns, target.Channels)] };
        return new("Transpose", here.Name, [squeezed], target) { Attributes = [("perm", new long[] { 0, 3, 1, 2 })] };
    }

    private static Node Lower(Permute layer, Place here)
    {
        var input = here.InKerasOrder(here.Input);
        if (!layer.Order.Order().SequenceEqual(Enumerable.Range(1, input.Shape.Rank)))
        {
            throw here.Refused($"cannot order the axes of {input.Shape} by ({string.Join(", ", layer.Order)})");
        }

        // Where an axis of Keras lies in the graph, and the other way round.
        int[] graphAxis = input.Shape.IsMap ? [0, 2, 3, 1] : [.. Enumerable.Range(0, input.Shape.Rank + 1)];
        int[] kerasAxis = input.Shape.IsMap ? [0, 3, 1, 2] : graphAxis;
        int[] order = [0, .. layer.Order];
        return new("Transpose", here.Name, [input], new([.. layer.Order.Select(axis => input.Shape.Dimensions[axis - 1])]))
        {
            Attributes = [("perm", kerasAxis.Select(axis => (long)graphAxis[order[axis]]).ToArray())],
        };
    }

    private static Node Lower(Concatenate layer, Place here)
    {
        var inputs = here.Inputs.Select(here.InKerasOrder).ToArray();
        var first = inputs[0].Shape;
        var axis = layer.Axis < 0 ? layer.Axis + first.Rank + 1 : layer.Axis;
        if (axis < 1 || axis > first.Rank || inputs.Any(input => input.Shape.Rank != first.Rank || !input.Shape.Dimensions.Index()
                .All(dimension => dimension.Index == axis - 1 || dimension.Item == first.Dimensions[dimension.Index])))
        {
            throw here.Refused($"cannot join {string.Join(" and ", inputs.Select(input => input.Shape.ToString()))} along axis {layer.Axis}");
        }

        int[] dimensions = [.. first.Dimensions];
        dimensions[axis - 1] = inputs.Sum(input => input.Shape.Dimensions[axis - 1]);
        return new("Concat", here.Name, inputs, new(dimensions)) { Attributes = [("axis", (long)(first.IsMap ? new[] { 0, 2, 3, 1 }[axis] : axis))] };
    }

    private static Node Lower(OneChannel layer, Place here)
    {
        var map = here.Map;
        var index = layer.Index < 0 ? layer.Index + map.Shape.Channels : layer.Index;
        return index >= 0 && index < map.Shape.Channels
            ? new("Gather", here.Name, [map], new(map.Shape.Rows, map.Shape.Columns))
            {
                Parameters = [new Integers(index) { IsScalar = true }],
                Attributes = [("axis", 1L)],
            }
            : throw here.Refused($"takes channel {layer.Index} of {map.Shape}");
    }

    private static Node Reverse(Place here)
    {
        var map = here.Map;
        return new("Gather", here.Name, [map], map.Shape)
        {
            Parameters = [new Integers([.. Enumerable.Range(1, map.Shape.Channels).Select(channel => (long)(map.Shape.Channels - channel))])],
            Attributes = [("axis", 1L)],
        };
    }

    private static Node Stack(Place here)
    {
        if (here.Inputs.Any(input => input.Shape.Rank != 2 || !input.Shape.IsAs(here.Inputs[0].Shape)))
        {
            throw here.Refused($"stacks {string.Join(" and ", here.Inputs.Select(input => input.Shape.ToString()))}; maps of one channel and one size are expected");
        }

        var (rows, columns) = (here.Inputs[0].Shape.Rows, here.Inputs[0].Shape.Columns);
        var channels = here.Inputs.Select(input =>
            new Node("Unsqueeze", here.Unique("channel"), [input], new(rows, columns, 1)) { Parameters = [new Integers(1)] }).ToArray();
        return new("Concat", here.Name, channels, new(rows, columns, channels.Length)) { Attributes = [("axis", 1L)] };
    }
}
