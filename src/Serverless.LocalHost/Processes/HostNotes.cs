using System.Diagnostics;
using System.Text.Json;

namespace Serverless.LocalHost.Processes;

/// <summary>
/// Which processes this host has started, kept beside the storage's data: a host that was killed is cleaned up after by the next one.
/// The notes are locked while a host runs, so two hosts never share a folder.
/// </summary>
internal sealed class HostNotes : IDisposable
{
    private const string LockFile = "local-host.lock";
    private const string NotesFile = "local-host.json";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly string _file;
    private readonly FileStream _lock;
    private readonly Lock _writing = new();
    private readonly Dictionary<string, Note> _notes = [];

    private HostNotes(string file, FileStream @lock) => (_file, _lock) = (file, @lock);

    internal sealed record Note(int Pid, DateTimeOffset Started);

    /// <exception cref="LocalHostException">Another host uses the folder.</exception>
    public static HostNotes Open(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new HostNotes(Path.Combine(folder, NotesFile), new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException problem)
        {
            throw new LocalHostException($"The storage folder {folder} is in use by another local host; end that one, or give this one its own with --storage-folder. ({problem.Message})", problem);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new LocalHostException($"The storage folder {folder} cannot be written; name another with --storage-folder. ({problem.Message})", problem);
        }
    }

    /// <summary>Ends what a killed host left running; says what it ended.</summary>
    public IReadOnlyList<string> EndLeftovers()
    {
        List<string> ended = [];
        foreach (var (name, note) in Read())
        {
            if (Find(note) is not { } process)
                continue;
            using (process)
            {
                try
                {
                    // Storage writes what it holds in memory when it is asked to end, not when it is killed.
                    Signals.Terminate(note.Pid);
                    if (OperatingSystem.IsWindows() || !Liveness.WaitForEnd(process, Patience))
                        process.Kill(entireProcessTree: true);
                    Liveness.WaitForEnd(process, Patience);
                    ended.Add($"{name} (process {note.Pid})");
                }
                catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
                {
                    // It ended in this moment.
                }
            }
        }
        return ended;
    }

    public void Add(string name, ChildProcess child)
    {
        if (StartOf(child.Id) is not { } started)
            return;
        lock (_writing)
        {
            _notes[name] = new Note(child.Id, started);
            File.WriteAllText(_file + ".new", JsonSerializer.Serialize(_notes));
            File.Move(_file + ".new", _file, overwrite: true);
        }
    }

    /// <summary>Everything was ended in order: there is nothing to clean up.</summary>
    public void Clear()
    {
        lock (_writing)
            File.Delete(_file);
    }

    public void Dispose() => _lock.Dispose();

    private Dictionary<string, Note> Read()
    {
        try
        {
            return File.Exists(_file) ? JsonSerializer.Deserialize<Dictionary<string, Note>>(File.ReadAllText(_file)) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The noted process if it still is that one: a number is given to another process sooner or later, a number and a time of start are not.</summary>
    private static Process? Find(Note note)
    {
        if (!Liveness.IsAlive(note.Pid) || StartOf(note.Pid) is not { } started || (started - note.Started).Duration() > TimeSpan.FromSeconds(1))
            return null;
        try
        {
            return Process.GetProcessById(note.Pid);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static DateTimeOffset? StartOf(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.StartTime.ToUniversalTime();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
