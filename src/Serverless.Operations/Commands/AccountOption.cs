using System.CommandLine;
using System.Globalization;
using Serverless.Operations.Storage;

namespace Serverless.Operations.Commands;

/// <summary>The options of every command that say where the storage is.</summary>
internal static class AccountOption
{
    private static readonly Option<Uri?> AccountUrl = new("--account-url")
    {
        Description = "On Azure: https://ACCOUNT.blob.core.windows.net, as whoever is signed in (az login)",
        HelpName = "URL",
        Recursive = true,
        CustomParser = result => Address("--account-url", "https://ACCOUNT.blob.core.windows.net", result),
    };

    private static readonly Option<Uri?> QueueUrl = new("--queue-url")
    {
        Description = "With --account-url: the address of its queues [default: the same with 'queue' for 'blob']",
        HelpName = "URL",
        Recursive = true,
        CustomParser = result => Address("--queue-url", "https://ACCOUNT.queue.core.windows.net", result),
    };

    private static readonly Option<string?> ConnectionString = new("--connection-string")
    {
        Description = "Any storage, by its connection string",
        HelpName = "TEXT",
        Recursive = true,
    };

    private static readonly Option<int> BlobPort = Port("--blob-port", 10000, "blobs");
    private static readonly Option<int> QueuePort = Port("--queue-port", 10001, "queues");

    private static readonly Option<string> ResultsContainer = new("--results")
    {
        Description = "The app's ResultsContainer",
        HelpName = "CONTAINER",
        Recursive = true,
        DefaultValueFactory = _ => "results",
    };

    public static void AddTo(RootCommand root)
    {
        foreach (var option in (Option[])[AccountUrl, QueueUrl, ConnectionString, BlobPort, QueuePort, ResultsContainer]) root.Add(option);
    }

    /// <summary>The storage that was named, or the one of the local host.</summary>
    /// <exception cref="OperationsException">Two were named, or half of one.</exception>
    public static PoisonAccount Account(this ParseResult arguments)
    {
        var results = arguments.GetValue(ResultsContainer)!;
        return (arguments.GetValue(AccountUrl), arguments.GetValue(ConnectionString), arguments.GetValue(QueueUrl)) switch
        {
            ({ }, { }, _) => throw new OperationsException("--account-url and --connection-string name two storages: say one of them."),
            (null, _, { }) => throw new OperationsException("--queue-url belongs to --account-url."),
            ({ } account, _, var queue) => PoisonAccount.SignIn(account, queue, results),
            (_, { } connection, _) => PoisonAccount.Connect(connection, results),
            _ => PoisonAccount.Local(arguments.GetValue(BlobPort), arguments.GetValue(QueuePort), results),
        };
    }

    private static Uri? Address(string option, string example, System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        // A token of the signed-in user goes there: only encrypted.
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps) return address;
        result.AddError($"{option} {text} should be an address like {example}.");
        return null;
    }

    private static Option<int> Port(string name, int value, string what)
    {
        var option = new Option<int>(name)
        {
            Description = $"On this machine: the port of Azurite's {what}, as given to ./run start",
            HelpName = "PORT",
            Recursive = true,
            DefaultValueFactory = _ => value,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535))
                result.AddError($"{name} {token.Value} should be a number from 1 to 65535.");
        });
        return option;
    }
}
