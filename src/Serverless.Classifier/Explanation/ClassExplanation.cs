using Serverless.Classifier.Ranking;

namespace Serverless.Classifier.Explanation;

/// <summary>Where a network looked when it gave a class its probability.</summary>
/// <param name="Method">How that was found out.</param>
/// <param name="Class">The class, with its rank among all and its probability.</param>
/// <param name="Heat">Where.</param>
/// <param name="Runs">How many pictures the network looked at for the whole answer: 1 where the run that classified sufficed.</param>
/// <param name="Elapsed">What the explanation took beyond the classification, waiting for its turns included.</param>
public sealed record ClassExplanation(ExplanationMethod Method, Prediction Class, HeatMap Heat, int Runs, TimeSpan Elapsed);
