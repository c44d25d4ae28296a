using System.CommandLine;

namespace Serverless.LocalHost;

/// <summary>The command line and what it becomes.</summary>
internal static class CommandLine
{
    public static RootCommand Create(Func<LocalHostOptions, Task<int>> run)
    {
        var app = new Option<string>("--app") { Description = "The folder of the published function app (a .NET isolated worker).", Required = true, HelpName = "FOLDER" };
        var port = Port("--port", 7071, "Where HTTP functions answer");
        var blobPort = Port("--blob-port", 10000, "Azurite's port for blobs");
        var queuePort = Port("--queue-port", 10001, "Azurite's port for queues");
        var tablePort = Port("--table-port", 10002, "Azurite's port for tables");
        var storage = new Option<string>("--storage-folder") { Description = "Azurite's data and this host's notes (.azurite in the current directory).", HelpName = "DIR" };
        var azurite = new Option<string>("--azurite") { Description = "The program that starts Azurite (the npm package of a folder above, or the one on the PATH).", HelpName = "PATH" };
        var settingsFile = new Option<string>("--settings") { Description = "The file with the app settings (local.settings.json in the app folder, if there).", HelpName = "FILE" };
        var setting = new Option<string[]>("--setting") { Description = "An app setting; stronger than the file and the environment. Can be given again.", HelpName = "NAME=VALUE" };
        var auth = new Option<bool>("--auth") { Description = "Check function keys, as Azure does." };
        var ready = new Option<string>("--ready-file") { Description = "Written when everything is up: JSON with addresses and process ids.", HelpName = "FILE" };
        var record = new Option<string>("--record") { Description = "Write every message between host and worker, a line of JSON each.", HelpName = "FILE" };
        var verbose = new Option<bool>("--verbose") { Description = "Say more." };
        setting.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value.IndexOf('=', StringComparison.Ordinal) <= 0)
                    result.AddError($"--setting \"{token.Value}\" should be NAME=VALUE.");
        });

        var root = new RootCommand("Plays the Azure Functions host for a .NET isolated worker on this machine, with Azurite as its storage.")
        {
            app, port, blobPort, queuePort, tablePort, storage, azurite, settingsFile, setting, auth, ready, record, verbose,
        };
        root.SetAction(parsed => run(new LocalHostOptions
        {
            AppFolder = parsed.GetValue(app)!,
            Port = parsed.GetValue(port),
            BlobPort = parsed.GetValue(blobPort),
            QueuePort = parsed.GetValue(queuePort),
            TablePort = parsed.GetValue(tablePort),
            StorageFolder = Path.GetFullPath(parsed.GetValue(storage) ?? ".azurite"),
            AzuritePath = parsed.GetValue(azurite),
            SettingsFile = parsed.GetValue(settingsFile),
            Settings = (parsed.GetValue(setting) ?? []).Select(text => text.Split('=', 2)).GroupBy(pair => pair[0]).ToDictionary(pairs => pairs.Key, pairs => pairs.Last()[1]),
            Auth = parsed.GetValue(auth),
            ReadyFile = parsed.GetValue(ready),
            RecordFile = parsed.GetValue(record),
            Verbose = parsed.GetValue(verbose),
        }));
        return root;
    }

    private static Option<int> Port(string name, int value, string what)
    {
        var option = new Option<int>(name) { Description = what + "; 0 takes any free one.", DefaultValueFactory = _ => value, HelpName = "PORT" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var port) || port is < 0 or > 65535))
                result.AddError($"{name} {token.Value} should be a number from 0 to 65535.");
        });
        return option;
    }
}
