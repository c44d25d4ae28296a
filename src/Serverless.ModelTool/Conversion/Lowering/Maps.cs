using Serverless.ModelTool.Conversion.Weights;
using Serverless.ModelTool.Topology;

namespace Serverless.ModelTool.Conversion.Lowering;

/// <content>Layers that make a map smaller or larger.</content>
internal sealed partial class NetworkCompiler
{
    private static Node Lower(Pooling layer, Place here)
    {
        var map = here.Map;
        var margins = layer.Padding.For(map.Shape.Rows, map.Shape.Columns, layer.Kernel, layer.Strides, layer.Dilation);
        var shape = Slide(map.Shape, layer, margins, map.Shape.Channels);
        if (layer.Kind == PoolingKind.Average && margins == Sides.None && layer.Kernel == new Window(map.Shape.Rows, map.Shape.Columns))
        {
            return here.Node("GlobalAveragePool", [map], shape);
        }

        return new(layer.Kind == PoolingKind.Max ? "MaxPool" : "AveragePool", here.Name, [map], shape) { Attributes = [.. Attributes(layer, margins)] };
    }

    private static Node Lower(GlobalPooling layer, Place here)
    {
        var map = here.Map;
        var one = new Extent(1, 1, map.Shape.Channels);
        var opType = layer.Kind == PoolingKind.Max ? "GlobalMaxPool" : "GlobalAveragePool";
        return layer.KeepsAxes
            ? here.Node(opType, [map], one)
            : new("Flatten", here.Name, [here.Node(opType, [map], one, "pool")], new(map.Shape.Channels)) { Attributes = [("axis", 1L)] };
    }

    private static Node Lower(UpSampling layer, Place here)
    {
        var map = here.Map;
        return new("Resize", here.Name, [map], new(map.Shape.Rows * layer.Factor.Rows, map.Shape.Columns * layer.Factor.Columns, map.Shape.Channels))
        {
            Parameters = [new NoParameter(), new Numbers(1, 1, layer.Factor.Rows, layer.Factor.Columns)],
            Attributes = layer.IsBilinear
                ? [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")]
                : [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")],
        };
    }

    private static Node Lower(ZeroPadding layer, Place here)
    {
        var (map, sides) = (here.Map, layer.Sides);
        return new(
            "Pad", here.Name, [map], new(map.Shape.Rows + sides.Top + sides.Bottom, map.Shape.Columns + sides.Left + sides.Right, map.Shape.Channels))
        {
            Parameters = [new Integers(0, 0, sides.Top, sides.Left, 0, 0, sides.Bottom, sides.Right)],
            Margins = sides,
        };
    }

    private static Node Lower(Cropping layer, Place here)
    {
        var (map, sides) = (here.Map, layer.Sides);
        var (bottom, right) = (map.Shape.Rows - sides.Bottom, map.Shape.Columns - sides.Right);
        return new("Slice", here.Name, [map], new(bottom - sides.Top, right - sides.Left, map.Shape.Channels))
        {
            Parameters = [new Integers(sides.Top, sides.Left), new Integers(bottom, right), new Integers(2, 3)],
        };
    }
}
