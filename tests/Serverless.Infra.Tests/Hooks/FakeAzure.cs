using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Serverless.Infra.Tests.Hooks;

/// <summary>
/// Programs named az, azd and docker that write down how they were called, and an app that answers after some refusals. Azure itself is what cannot be had here;
/// shells, scripts and HTTP are the real ones.
/// </summary>
internal sealed class FakeAzure : IAsyncDisposable
{
    public const string Key = "key+with/odd==";

    private const string Recorder = """
        #!/bin/bash
        # One line a call: the program, its arguments, and whether the key was in its environment, between unit separators.
        {
          printf '%s' "${0##*/}"
          printf '\x1f%s' "$@"
          printf '\x1f%s\n' "key=${BLOBS_EXTENSION_KEY-} image=${SERVICE_CLASSIFIER_IMAGE_NAME-} endpoint=${CLASSIFIER_ENDPOINT-}"
        } >>"$FAKE_CALLS"
        case "${0##*/} $*" in
          'az account show'*) exit "${FAKE_SIGNED_OUT:-0}" ;;
          'az acr repository show'*) exit "${FAKE_IMAGE_MISSING:-1}" ;;
          'az deployment sub create'*) exit "${FAKE_DEPLOYMENT:-0}" ;;
          'az containerapp show'*) printf '%s\n' "$FAKE_ADDRESS" ;;
          'az containerapp function keys show'* | 'az functionapp keys list'*) printf '%s' "${FAKE_KEY-}" ;;
        esac
        """;

    /// <summary>Answers what `./run publish` asks of dotnet and leaves an app folder; publishing for real is tested elsewhere.</summary>
    private const string Dotnet = """
        #!/bin/bash
        case $1 in
          --list-sdks) printf '10.0.100 [/fake]\n' ;;
          publish)
            printf 'dotnet' >>"$FAKE_CALLS"
            while (($#)); do
              [[ $1 != --output ]] || { mkdir -p "$2/.azurefunctions" && printf '{}' >"$2/host.json" && printf 'x' >"$2/.azurefunctions/function.deps.json"; shift; printf '\x1f--output\x1fWORK/app' >>"$FAKE_CALLS"; shift; continue; }
              printf '\x1f%s' "$1" >>"$FAKE_CALLS"
              shift
            done
            printf '\x1fkey= image= endpoint=\n' >>"$FAKE_CALLS"
            ;;
        esac
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _refusals;

    /// <param name="refusals">Answers of 503 before the app is alive.</param>
    public FakeAzure(int refusals = 2)
    {
        _refusals = refusals;
        foreach (var program in (string[])["az", "azd", "docker"])
        {
            Install(program, Recorder);
        }

        _listener.Start();
        _serving = ServeAsync();
    }

    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    private string CallsFile => Path.Combine(_folder.Path, "calls");

    /// <summary>What azd gives to a hook once it has provisioned.</summary>
    public Dictionary<string, string?> EnvironmentOf(string hosting) => new()
    {
        ["PATH"] = $"{_folder.Path}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
        ["FAKE_CALLS"] = CallsFile,
        ["FAKE_KEY"] = Key,
        ["FAKE_ADDRESS"] = "app.example",
        ["POLL_SECONDS"] = "0",
        ["POLL_TRIES"] = "5",
        ["IMAGE_TAG"] = "0123abcd",
        ["AZURE_ENV_NAME"] = "test",
        ["AZURE_LOCATION"] = "westeurope",
        ["AZURE_SUBSCRIPTION_ID"] = "00000000-0000-0000-0000-000000000000",
        ["AZURE_RESOURCE_GROUP"] = "rg-test",
        ["AZURE_STORAGE_ACCOUNT"] = "sttest",
        ["AZURE_CONTAINER_REGISTRY_NAME"] = hosting == "flex" ? "" : "crtest",
        ["AZURE_CONTAINER_REGISTRY_ENDPOINT"] = hosting == "flex" ? "" : "crtest.azurecr.io",
        ["CLASSIFIER_APP_NAME"] = "ca-test",
        ["CLASSIFIER_ENDPOINT"] = Endpoint,
        ["CLASSIFIER_HOSTING"] = hosting,
        ["CLASSIFIER_MODEL"] = "efficientnet-lite0",
        ["CLASSIFIER_MODEL_SOURCE"] = "image",
        ["IMAGES_CONTAINER"] = "images",
        ["RESULTS_CONTAINER"] = "results",
        ["MODELS_CONTAINER"] = "models",
        ["GITHUB_ACTIONS"] = null,
    };

    public void InstallDotnet() => Install("dotnet", Dotnet);

    /// <summary>The calls so far and forgets them: the arguments, with one last entry for the environment.</summary>
    public IReadOnlyList<string[]> TakeCalls()
    {
        if (!File.Exists(CallsFile))
        {
            return [];
        }

        var calls = File.ReadAllLines(CallsFile).Select(line => line.Split('\u001f')).ToList();
        File.Delete(CallsFile);
        return calls;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
        _folder.Dispose();
    }

    private void Install(string program, string script)
    {
        var path = Path.Combine(_folder.Path, program);
        File.WriteAllText(path, script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096], _stop.Token);
                var status = Interlocked.Decrement(ref _refusals) >= 0 ? "503 Service Unavailable" : "200 OK";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
