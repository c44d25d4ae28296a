using System.CommandLine;
using Serverless.Benchmarks;
using Serverless.Benchmarks.Loops;

// ./run bench: the figures of the README, ours beside others' in one run.
if (args is ["contestant", .. var contestant])
{
    await LoopProgram.RunAsync(contestant);
    return 0;
}

return await BenchCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration
{
    // What was started is ended in order first.
    ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
});
