using System.CommandLine;
using Serverless.ModelTool.Output;
using Serverless.Operations.Commands;

var console = ToolConsole.OfProcess();
var root = new RootCommand("The blobs that failed for good: why, and what becomes of them.")
{
    ListCommand.Create(console),
    ShowCommand.Create(console),
    RetryCommand.Create(console),
    DropCommand.Create(console),
};
AccountOption.AddTo(root);
return await Outcome.OfAsync(console, () => root.Parse(args).InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
}));
