namespace Serverless.Operations.Poison;

/// <summary>How a failed blob stands now.</summary>
internal enum BlobState
{
    /// <summary>It is as it was when it failed, and has no answer.</summary>
    Failed,

    /// <summary>It was uploaded anew since, and that version has no answer yet.</summary>
    Replaced,

    /// <summary>What is there now has its answer.</summary>
    Answered,

    /// <summary>It is not there any more.</summary>
    Gone,

    /// <summary>The message is not of a blob trigger.</summary>
    Unreadable,
}
