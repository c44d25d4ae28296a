namespace Serverless.Classifier.Models;

/// <summary>A model as it is listed.</summary>
/// <param name="Manifest">What its manifest says.</param>
/// <param name="ClassCount">How many classes it tells apart.</param>
/// <param name="State">Whether a session of it is at hand.</param>
/// <param name="Problem">Why it cannot be used; null when it can or was never tried.</param>
public sealed record ModelSummary(Manifest Manifest, int ClassCount, ModelState State, string? Problem);

/// <summary>How far a model is.</summary>
public enum ModelState
{
    /// <summary>Its manifest is here and its weights are not: it is to be pulled.</summary>
    Absent,

    /// <summary>Its files are here; nobody has asked for it yet.</summary>
    Available,

    /// <summary>Its session is being made.</summary>
    Loading,

    /// <summary>Its session is warm.</summary>
    Loaded,

    /// <summary>Its last load failed; the next request tries again.</summary>
    Failed,
}
