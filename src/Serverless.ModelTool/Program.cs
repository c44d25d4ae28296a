using System.CommandLine;
using Serverless.ModelTool.Commands;
using Serverless.ModelTool.Output;

var console = ToolConsole.OfProcess();
var root = new RootCommand("The models of the classifier: had, converted, checked and tried from the command line.")
{
    ModelsOption.Option,
    ListCommand.Create(console),
    PullCommand.Create(console),
    ConvertCommand.Create(console),
    PrepareCommand.Create(console),
    VerifyCommand.Create(console),
    SynthCommand.Create(console),
    QuantizeCommand.Create(console),
    DescribeCommand.Create(console),
    TensorCommand.Create(console),
    ClassifyCommand.Create(console),
    FeaturesCommand.Create(console),
    ExplainCommand.Create(console),
};
return await Outcome.OfAsync(console, () => root.Parse(args).InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
}));
