using Serverless.FirstRun;

// A client of the running app, as anybody's would be: storage and HTTP, nothing else. Called by ./run.
return args switch
{
    ["walkthrough", var readyFile, var pictureFile, .. { Length: > 0 } pictures] => await Walkthrough.RunAsync(RunningHost.Read(readyFile), pictureFile, pictures),
    ["hints", var readyFile] => Hints.Print(RunningHost.Read(readyFile)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: walkthrough READY-FILE RESULT.svg PICTURE...  |  hints READY-FILE");
    return 2;
}
