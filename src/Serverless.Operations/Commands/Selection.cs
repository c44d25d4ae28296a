using System.CommandLine;
using Serverless.Operations.Poison;

namespace Serverless.Operations.Commands;

/// <summary>Which messages a command is about: those that are named, or all.</summary>
internal sealed class Selection
{
    private readonly Argument<string[]> _names = new("NAME")
    {
        Description = "The blob, as 'list' shows it, with or without its container; or the message's id",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _all = new("--all") { Description = "Every message of the queue" };

    public void AddTo(Command command)
    {
        command.Add(_names);
        command.Add(_all);
        command.Validators.Add(result =>
        {
            var isNamed = result.GetResult(_names) is { Tokens.Count: > 0 };
            var isAll = result.GetResult(_all) is not null;
            if (isNamed == isAll) result.AddError(isAll ? "Say names or --all, not both." : "Name the blobs, or say --all for every one.");
        });
    }

    public Chosen Of(ParseResult arguments) => new(arguments.GetValue(_all) ? null : arguments.GetValue(_names));
}

/// <summary>The chosen messages.</summary>
/// <param name="Names">What was named; null for all.</param>
internal sealed record Chosen(IReadOnlyList<string>? Names)
{
    private readonly HashSet<string> _found = [];

    /// <summary>The names that no message had so far.</summary>
    public IEnumerable<string> NotFound => Names?.Where(name => !_found.Contains(name)).Distinct() ?? [];

    public bool Has(PoisonMessage message)
    {
        if (Names is null) return true;
        var matching = Names.Where(message.IsNamed).ToList();
        _found.UnionWith(matching);
        return matching.Count > 0;
    }
}
