using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Serverless.Classifier.Telemetry;

namespace Serverless.Infra.Tests.Monitoring;

/// <summary>What the app measures, asked of the runtime.</summary>
internal static class Instruments
{
    public static IReadOnlyList<string> Names { get; } = Find();

    private static List<string> Find()
    {
        RuntimeHelpers.RunClassConstructor(typeof(ClassifierTelemetry).TypeHandle);
        var names = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == ClassifierTelemetry.Name)
            {
                names.Add(instrument.Name);
            }
        };
        listener.Start();
        return names;
    }
}
