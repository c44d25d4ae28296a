using Serverless.Classifier.Models;

namespace Serverless.Classifier.Explanation;

/// <summary>
/// Occlusion sensitivity: the picture is divided into 8 x 8 cells; a patch of 2 x 2 of them goes over it in steps of one cell, 49 places in all. The heat of a
/// cell is the mean drop of the class's probability over the patches that cover it.
/// </summary>
internal sealed class OcclusionGrid
{
    /// <summary>Cells along each side.</summary>
    public const int Cells = 8;

    /// <summary>Cells along each side of a patch.</summary>
    public const int PatchCells = 2;

    /// <summary>Places of the patch in a row, and rows of them.</summary>
    public const int Places = Cells - PatchCells + 1;

    private readonly float[] _tensor;
    private readonly int _width;
    private readonly int _height;
    private readonly int _pixelStep;
    private readonly int _channelStep;
    private readonly float[] _cover;

    /// <summary>Prepares the covering of one picture.</summary>
    /// <param name="tensor">The picture as the network takes it; 3 x height x width values in <paramref name="layout"/>.</param>
    /// <param name="layout">Order of its axes.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public OcclusionGrid(ReadOnlySpan<float> tensor, TensorLayout layout, int width, int height)
    {
        (_tensor, _width, _height) = (tensor.ToArray(), width, height);
        (_pixelStep, _channelStep) = layout == TensorLayout.Nchw ? (1, width * height) : (3, 1);
        _cover = [.. Enumerable.Range(0, 3).Select(Mean)];
    }

    /// <summary>Writes the copies of the picture in which one row of places is covered, from the left to the right.</summary>
    /// <param name="row">The row of places, from the top.</param>
    /// <param name="copies">Receives <see cref="Places"/> tensors.</param>
    public void Cover(int row, Span<float> copies)
    {
        for (var column = 0; column < Places; column++)
        {
            var copy = copies.Slice(column * _tensor.Length, _tensor.Length);
            _tensor.CopyTo(copy);
            Cover(copy, Edge(row, _height), Edge(row + PatchCells, _height), Edge(column, _width), Edge(column + PatchCells, _width));
        }
    }

    /// <summary>The heat of each cell.</summary>
    /// <param name="probability">The class's, of the whole picture.</param>
    /// <param name="covered">The class's, of the covered copies: rows of places from the top.</param>
    /// <returns><see cref="Cells"/> x <see cref="Cells"/> values; negative where the class gets more probable without the cell.</returns>
    public static float[] Heat(float probability, ReadOnlySpan<float> covered)
    {
        var heat = new float[Cells * Cells];
        var patches = new int[Cells * Cells];
        for (var place = 0; place < covered.Length; place++)
        {
            var (top, left) = (place / Places, place % Places);
            for (var cell = 0; cell < PatchCells * PatchCells; cell++)
            {
                var index = ((top + (cell / PatchCells)) * Cells) + left + (cell % PatchCells);
                heat[index] += probability - covered[place];
                patches[index]++;
            }
        }

        for (var index = 0; index < heat.Length; index++)
        {
            heat[index] /= patches[index];
        }

        return heat;
    }

    /// <summary>First pixel of a row or column of cells.</summary>
    private static int Edge(int cell, int length) => cell * length / Cells;

    /// <summary>The picture's own mean colour covers it: it is no colour of its own, whatever the model's normalisation.</summary>
    private float Mean(int channel)
    {
        var sum = 0.0;
        for (var pixel = 0; pixel < _width * _height; pixel++)
        {
            sum += _tensor[(channel * _channelStep) + (pixel * _pixelStep)];
        }

        return (float)(sum / (_width * _height));
    }

    private void Cover(Span<float> copy, int top, int bottom, int left, int right)
    {
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    copy[(channel * _channelStep) + (((y * _width) + x) * _pixelStep)] = _cover[channel];
                }
            }
        }
    }
}
