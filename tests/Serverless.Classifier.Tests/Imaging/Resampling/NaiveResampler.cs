using Serverless.Classifier.Imaging.Resampling;
using Serverless.Classifier.Models;

namespace Serverless.Classifier.Tests.Imaging.Resampling;

/// <summary>
/// The slow and obvious twin of the resamplers: whole pictures, two passes one after the other, one pixel at a time, and the window cut out of
/// the result.
/// </summary>
internal static class NaiveResampler
{
    public static byte[] Resample(byte[] rgb, int width, int height, ResizeFilter filter, ResizeWindow window)
    {
        var (toWidth, toHeight) = (window.ResizedWidth, window.ResizedHeight);
        byte[] resized;
        if (filter == ResizeFilter.Nearest)
            resized = Nearest(rgb, width, height, toWidth, toHeight);
        else if (height > toHeight && height - toHeight > 2 * (width - toWidth))
            resized = Horizontal(Vertical(rgb, width, height, toHeight, filter), width, toHeight, toWidth, filter);
        else
            resized = Vertical(Horizontal(rgb, width, height, toWidth, filter), toWidth, height, toHeight, filter);
        var cut = new byte[window.Width * window.Height * 3];
        for (var y = 0; y < window.Height; y++)
            for (var x = 0; x < window.Width; x++)
                for (var channel = 0; channel < 3; channel++)
                {
                    var (fromX, fromY) = (x + window.Left, y + window.Top);
                    if (fromX >= 0 && fromX < toWidth && fromY >= 0 && fromY < toHeight)
                        cut[(y * window.Width + x) * 3 + channel] = resized[(fromY * toWidth + fromX) * 3 + channel];
                }
        return cut;
    }

    private static byte[] Nearest(byte[] rgb, int width, int height, int toWidth, int toHeight)
    {
        var result = new byte[toWidth * toHeight * 3];
        var (stepX, stepY) = ((double)width / toWidth, (double)height / toHeight);
        var atY = stepY * 0.5;
        for (var y = 0; y < toHeight; y++, atY += stepY)
        {
            var atX = stepX * 0.5;
            for (var x = 0; x < toWidth; x++, atX += stepX)
                for (var channel = 0; channel < 3; channel++)
                    result[(y * toWidth + x) * 3 + channel] = rgb[((int)atY * width + (int)atX) * 3 + channel];
        }
        return result;
    }

    private static byte[] Horizontal(byte[] rgb, int width, int height, int toWidth, ResizeFilter filter)
    {
        var result = new byte[toWidth * height * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < toWidth; x++)
                for (var channel = 0; channel < 3; channel++)
                    result[(y * toWidth + x) * 3 + channel] = Pixel(width, toWidth, x, filter, i => rgb[(y * width + i) * 3 + channel]);
        return result;
    }

    private static byte[] Vertical(byte[] rgb, int width, int height, int toHeight, ResizeFilter filter)
    {
        var result = new byte[width * toHeight * 3];
        for (var y = 0; y < toHeight; y++)
            for (var x = 0; x < width; x++)
                for (var channel = 0; channel < 3; channel++)
                    result[(y * width + x) * 3 + channel] = Pixel(height, toHeight, y, filter, i => rgb[(i * width + x) * 3 + channel]);
        return result;
    }

    /// <summary>One output value from the line of source values.</summary>
    private static byte Pixel(int length, int toLength, int index, ResizeFilter filter, Func<int, byte> value)
    {
        var scale = (double)length / toLength;
        var widened = scale < 1 ? 1 : scale;
        var support = Support(filter) * widened;
        var centre = (index + 0.5) * scale;
        var from = Math.Max(0, (int)(centre - support + 0.5));
        var to = Math.Min(length, (int)(centre + support + 0.5));
        var weights = new List<double>();
        for (var i = from; i < to; i++)
            weights.Add(Weight(filter, (i - from + from - centre + 0.5) * (1 / widened)));
        var sum = 0.0;
        foreach (var weight in weights)
            sum += weight;
        var total = 1 << 21;
        for (var i = from; i < to; i++)
        {
            var weight = weights[i - from] / sum;
            total += value(i) * (int)(weight * (1 << 22) + (weight < 0 ? -0.5 : 0.5));
        }
        var shifted = total >> 22;
        return (byte)(shifted < 0 ? 0 : shifted > 255 ? 255 : shifted);
    }

    private static double Support(ResizeFilter filter) => filter switch
    {
        ResizeFilter.Box => 0.5,
        ResizeFilter.Bilinear or ResizeFilter.Hamming => 1,
        ResizeFilter.Bicubic => 2,
        _ => 3,
    };

    private static double Weight(ResizeFilter filter, double x)
    {
        var distance = x < 0 ? -x : x;
        switch (filter)
        {
            case ResizeFilter.Box:
                return x > -0.5 && x <= 0.5 ? 1 : 0;
            case ResizeFilter.Bilinear:
                return distance < 1 ? 1 - distance : 0;
            case ResizeFilter.Hamming:
                var angle = Math.PI * distance;
                return distance >= 1 ? 0 : distance == 0 ? 1 : Math.Sin(angle) / angle * (0.54f + 0.46f * Math.Cos(angle));
            case ResizeFilter.Bicubic:
                return distance < 1 ? (1.5 * distance - 2.5) * distance * distance + 1
                    : distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * -0.5 : 0;
            default:
                return x >= -3 && x < 3 ? Sinc(x) * Sinc(x / 3) : 0;
        }
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
