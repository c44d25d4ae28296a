using Microsoft.Extensions.Hosting;
using Serverless.Classifier;
using Serverless.Classifier.Imaging;
using Serverless.Functions.Json;
using Serverless.Functions.Results;

namespace Serverless.Functions.Start;

/// <summary>Compiles, while the worker and the host shake hands, what the first answer needs: the network is not all that a cold start waits for.</summary>
internal sealed class Rehearsal(ImageClassifier classifier, TimeProvider time) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = Task.Run(() =>
        {
            classifier.Rehearse();
            var image = new ImageFacts(ImageFormat.Jpeg, 1, 1, []);
            AnswerJson.Serialize(ResultDocument.Classified(new Classification(image, new("", ""), [new(1, 0, "", "", 1)], new(default, default)), source: null, time));
        }, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
