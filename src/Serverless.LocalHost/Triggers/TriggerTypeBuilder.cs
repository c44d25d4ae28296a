using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Azure.WebJobs;
using Serverless.LocalHost.Worker;
using Binder = Microsoft.Azure.WebJobs.Binder;

namespace Serverless.LocalHost.Triggers;


/// <summary>
/// The WebJobs SDK finds functions by reflection. This writes the class it should find: <c>Host.Functions</c>, the name that the real host
/// gives it too (it is part of receipts and poison messages), with a method a trigger that hands everything on to one delegate.
/// </summary>
internal static class TriggerTypeBuilder
{
    private static readonly Type Target = typeof(Func<string, object, Binder, CancellationToken, Task>);

    public static Type Build(IEnumerable<WorkerFunction> functions)
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Host.Functions"), AssemblyBuilderAccess.RunAndCollect).DefineDynamicModule("Host.Functions");
        var type = module.DefineType("Host.Functions", TypeAttributes.Public | TypeAttributes.Sealed);
        var field = type.DefineField("_run", Target, FieldAttributes.Private | FieldAttributes.InitOnly);
        DefineConstructor(type, field);
        foreach (var function in functions)
            DefineMethod(type, field, function);
        return type.CreateType();
    }

    private static void DefineConstructor(TypeBuilder type, FieldInfo field)
    {
        var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [Target]).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(object).GetConstructor(Type.EmptyTypes)!);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Stfld, field);
        il.Emit(OpCodes.Ret);
    }

    private static void DefineMethod(TypeBuilder type, FieldInfo field, WorkerFunction function)
    {
        var value = ValueType(function);
        var method = type.DefineMethod(function.Name, MethodAttributes.Public, typeof(Task), [value, typeof(Binder), typeof(CancellationToken)]);
        method.SetCustomAttribute(new CustomAttributeBuilder(typeof(FunctionNameAttribute).GetConstructor([typeof(string)])!, [function.Name]));
        method.DefineParameter(1, ParameterAttributes.None, function.TriggerName).SetCustomAttribute(TriggerAttribute(function));
        method.DefineParameter(2, ParameterAttributes.None, "_binder");
        method.DefineParameter(3, ParameterAttributes.None, "_cancellation");
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, field);
        il.Emit(OpCodes.Ldstr, function.Name);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Callvirt, Target.GetMethod("Invoke")!);
        il.Emit(OpCodes.Ret);
    }

    private static Type ValueType(WorkerFunction function) =>
        FunctionCheck.IsDeferred(function.Trigger) ? typeof(ParameterBindingData)
        : string.Equals(function.TriggerText("dataType"), "Binary", StringComparison.OrdinalIgnoreCase) ? typeof(byte[])
        : typeof(string);

    private static CustomAttributeBuilder TriggerAttribute(WorkerFunction function)
    {
        var connection = FunctionCheck.ConnectionName(function);
        if (function.IsQueue)
            return Attribute(typeof(QueueTriggerAttribute), function.TriggerText("queueName")!, ("Connection", connection));
        // Always fed by events, which are ours: the SDK's own polling loses blobs on Azurite.
        return Attribute(typeof(BlobTriggerAttribute), function.TriggerText("path")!, ("Connection", connection), ("Source", BlobTriggerSource.EventGrid));
    }

    private static CustomAttributeBuilder Attribute(Type type, string argument, params (string Name, object Value)[] properties) => new(
        type.GetConstructor([typeof(string)])!, [argument],
        [.. properties.Select(property => type.GetProperty(property.Name)!)], [.. properties.Select(property => property.Value)]);
}
