using System.Globalization;
using System.Text.RegularExpressions;
using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Instructions;

namespace GpuLm.PtxInterpreter.Parsing;

/// <summary>Reads one kernel: its head, its variables, then its instructions in order.</summary>
sealed partial class KernelParser(Statement head, Queue<Statement> rest, IEnumerable<Declaration> moduleShared, ModuleVariables variables)
{
    [GeneratedRegex(@"^(?:\.visible\s+|\.weak\s+)*\.entry\s+([\w$]+)\s*(?:\(([^)]*)\))?(.*)$", RegexOptions.Singleline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"\.(maxntid|reqntid)\s+(\d+)(?:\s*,\s*(\d+))?(?:\s*,\s*(\d+))?")]
    private static partial Regex Threads();

    public static bool IsEntry(string text) => Entry().IsMatch(text);

    public PtxKernel Parse()
    {
        var match = Entry().Match(head.Text);
        string name = match.Groups[1].Value;
        var (parameters, parameterBytes) = Parameters(match.Groups[2].Value);
        var body = Body();
        var declared = body.Where(statement => Declaration.Matches(statement.Text)).Select(statement => Declaration.Parse(statement.Text));
        var symbols = new KernelSymbols(moduleShared.Concat(declared), variables, parameters);
        var builder = new KernelBuilder(symbols);
        var current = head with { Text = $".entry {name}" };
        try
        {
            foreach (var statement in body)
            {
                current = statement;
                Add(statement, builder);
            }
            current = head with { Text = $".entry {name}" };
            var program = builder.Finish(name, parameterBytes);
            return new PtxKernel(program, parameters, symbols.StaticSharedBytes, MaxThreads(match.Groups[3].Value), variables);
        }
        catch (Exception e) when (e is Trap or FormatException or IndexOutOfRangeException)
        {
            string reason = e is Trap ? e.Message : "this instruction is not well formed";
            throw new PtxFault(reason, name, current.Line, current.Text);
        }
    }

    List<Statement> Body()
    {
        if (!rest.TryDequeue(out var open) || open.Kind != StatementKind.Open) throw new Trap("a kernel without a body");
        var body = new List<Statement>();
        for (int depth = 1; ;)
        {
            if (!rest.TryDequeue(out var statement)) throw new Trap("the body of a kernel has no end");
            depth += statement.Kind switch { StatementKind.Open => 1, StatementKind.Close => -1, _ => 0 };
            if (depth == 0) return body;
            body.Add(statement);
        }
    }

    static void Add(Statement statement, KernelBuilder builder)
    {
        if (statement.Kind == StatementKind.Open) builder.Open();
        else if (statement.Kind == StatementKind.Close) builder.Close();
        else if (statement.Kind == StatementKind.Label) builder.Label(statement.Text);
        else if (statement.Text.StartsWith(".reg", StringComparison.Ordinal)) builder.Declare(statement.Text);
        else if (statement.Text.StartsWith('.'))
        {
            if (!Declaration.Matches(statement.Text) && !statement.Text.StartsWith(".pragma", StringComparison.Ordinal))
            {
                throw new Trap("this directive is not known");
            }
        }
        else
        {
            var source = new SourceInstruction(statement);
            var instruction = Decoder.Decode(source, builder);
            (instruction.Opcode, instruction.Text, instruction.Line) = (source.Opcode, source.Text, source.Line);
            if (source.Guard is { } guard)
            {
                instruction.Guard = builder.Predicate(guard.TrimStart('!'));
                instruction.GuardInversion = guard.StartsWith('!') ? Warp.AllLanes : 0;
            }
            builder.Instructions.Add(instruction);
        }
    }

    static (IReadOnlyList<PtxParameter> Parameters, int Bytes) Parameters(string text)
    {
        var parameters = new List<PtxParameter>();
        int offset = 0;
        foreach (string item in SourceInstruction.Split(text))
        {
            var declaration = Declaration.Parse(item);
            offset = (offset + declaration.Alignment - 1) / declaration.Alignment * declaration.Alignment;
            parameters.Add(new PtxParameter(declaration.Name, offset, declaration.Bytes, declaration.Alignment));
            offset += declaration.Bytes;
        }
        return (parameters, offset);
    }

    static (int X, int Y, int Z)? MaxThreads(string directives)
    {
        var match = Threads().Match(directives);
        if (!match.Success) return null;
        int[] sizes = [.. match.Groups.Cast<Group>().Skip(2).Select(
            group => group.Success ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 1)];
        return (sizes[0], sizes[1], sizes[2]);
    }
}
