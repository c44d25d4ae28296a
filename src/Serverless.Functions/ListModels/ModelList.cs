using System.Text.Json.Serialization;
using Serverless.Classifier.Models;

namespace Serverless.Functions.ListModels;

/// <summary>The models that can be asked for.</summary>
/// <param name="Default">The model that answers when a caller names none.</param>
/// <param name="Models">All of them, the default one first.</param>
public sealed record ModelList(string Default, IReadOnlyList<ListedModel> Models);

/// <summary>A model as callers see it; what its manifest would say is null when that cannot be read.</summary>
/// <param name="Name">What <c>classify?model=</c> takes.</param>
/// <param name="Description">What it is and what it tells apart.</param>
/// <param name="License">SPDX identifier of the weights' licence.</param>
/// <param name="Classes">How many classes it tells apart.</param>
/// <param name="Input">What it sees of an image.</param>
/// <param name="State">Whether it is loaded.</param>
/// <param name="Problem">Why it cannot be used; null when it can or was never tried.</param>
/// <param name="Accuracy">What somebody measured.</param>
public sealed record ListedModel(
    string Name,
    string? Description,
    string? License,
    int Classes,
    ListedInput? Input,
    [property: JsonConverter(typeof(CamelCaseStates))] ModelState State,
    string? Problem,
    IReadOnlyList<Accuracy>? Accuracy)
{
    internal static ListedModel Of(ModelSummary model) => new(
        model.Name,
        model.Manifest?.Description,
        model.Manifest?.License,
        model.ClassCount,
        model.Manifest is { Input: var input } ? new(input.Width, input.Height) : null,
        model.State,
        model.Problem,
        model.Manifest?.Accuracy);
}

/// <summary>The size that images are brought to.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record ListedInput(int Width, int Height);

internal sealed class CamelCaseStates() : JsonStringEnumConverter<ModelState>(System.Text.Json.JsonNamingPolicy.CamelCase);
