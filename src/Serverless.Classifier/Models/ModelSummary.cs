namespace Serverless.Classifier.Models;

/// <summary>A model as it is listed.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Manifest">What its manifest says; null when that cannot be read.</param>
/// <param name="ClassCount">How many classes it tells apart; 0 when its manifest or labels cannot be read.</param>
/// <param name="IsDefault">Whether it answers when a caller names none.</param>
/// <param name="State">Whether a session of it is at hand.</param>
/// <param name="Problem">Why it cannot be used; null when it can or was never tried.</param>
public sealed record ModelSummary(string Name, Manifest? Manifest, int ClassCount, bool IsDefault, ModelState State, string? Problem);

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

    /// <summary>Its files do not fit together or its last load failed; the next request tries again.</summary>
    Failed,
}
