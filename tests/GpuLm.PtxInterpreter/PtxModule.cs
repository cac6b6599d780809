using GpuLm.PtxInterpreter.Execution;
using GpuLm.PtxInterpreter.Parsing;

namespace GpuLm.PtxInterpreter;

/// <summary>A PTX module, read and ready to run on the host.</summary>
public sealed class PtxModule
{
    PtxModule(IReadOnlyList<PtxKernel> kernels) => Kernels = kernels;

    /// <summary>The module's entry points, in the order of its text.</summary>
    public IReadOnlyList<PtxKernel> Kernels { get; }

    /// <summary>Reads a module's text.</summary>
    /// <exception cref="PtxFault">The text is no PTX, or has an instruction that the interpreter does not know.</exception>
    public static PtxModule Parse(string ptx)
    {
        ArgumentNullException.ThrowIfNull(ptx);
        var statements = new Queue<Statement>(new StatementReader(ptx).Read());
        var variables = new ModuleVariables();
        var shared = new List<Declaration>();
        var kernels = new List<PtxKernel>();
        while (statements.TryDequeue(out var statement))
        {
            try
            {
                if (KernelParser.IsEntry(statement.Text))
                {
                    kernels.Add(new KernelParser(statement, statements, shared, variables).Parse());
                }
                else if (Declaration.Matches(statement.Text))
                {
                    var declaration = Declaration.Parse(statement.Text);
                    if (declaration.Space == "shared") shared.Add(declaration);
                    else variables.Add(declaration);
                }
                else if (statement.Text.Contains(".func", StringComparison.Ordinal))
                {
                    SkipFunction(statements);
                }
                else if (!IsDirective(statement.Text))
                {
                    throw new Trap("this cannot stand outside a kernel");
                }
            }
            catch (Trap trap)
            {
                throw new PtxFault(trap.Message, "", statement.Line, statement.Text);
            }
        }
        return new PtxModule(kernels);
    }

    /// <summary>
    /// Passes over a function: kernels that call one are refused, and compilers leave functions behind that nobody calls.
    /// </summary>
    static void SkipFunction(Queue<Statement> statements)
    {
        for (int depth = 0; statements.TryPeek(out var next) && (depth > 0 || next.Kind == StatementKind.Open);)
        {
            depth += next.Kind switch { StatementKind.Open => 1, StatementKind.Close => -1, _ => 0 };
            statements.Dequeue();
            if (depth == 0) return;
        }
    }

    static bool IsDirective(string text) => text.StartsWith(".version", StringComparison.Ordinal)
        || text.StartsWith(".target", StringComparison.Ordinal) || text.StartsWith(".address_size", StringComparison.Ordinal)
        || text.StartsWith(".pragma", StringComparison.Ordinal);
}
