using System.Globalization;
using System.Text.RegularExpressions;
using GpuLm.PtxInterpreter.Execution;

namespace GpuLm.PtxInterpreter.Parsing;

/// <summary>A variable as declared, such as <c>.shared .align 4 .b8 name[64]</c>.</summary>
/// <param name="Space">The state space's name.</param>
/// <param name="Name">The variable's name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Alignment">Its alignment.</param>
/// <param name="Dynamic">Whether its size is left to the launch.</param>
/// <param name="Initializer">What stands in the braces after it, or an empty text.</param>
/// <param name="ElementBytes">The size of an element.</param>
sealed partial record Declaration(
    string Space, string Name, int Bytes, int Alignment, bool Dynamic, string Initializer, int ElementBytes)
{
    [GeneratedRegex(@"^(?:\.(?:visible|extern|weak)\s+)*\.(shared|local|global|const|param)\s+(?:\.align\s+(\d+)\s+)?(?:\.v([24])\s+)?"
        + @"\.(\w+)\s+(?:\.ptr\S*\s+(?:\.\w+\s+)*(?:\.align\s+\d+\s+)?)?([\w$%]+)\s*((?:\[\s*\d*\s*\])*)\s*(?:=\s*(.*))?$",
            RegexOptions.Singleline)]
    private static partial Regex Pattern();

    public static bool Matches(string text) => Pattern().IsMatch(text);

    public static Declaration Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success) throw new Trap($"this declaration is not known: {text}");
        int element = PtxTypes.Parse(match.Groups[4].Value).Bytes() * (match.Groups[3].Success ? Number(match.Groups[3].Value) : 1);
        int alignment = match.Groups[2].Success ? Number(match.Groups[2].Value) : element;
        int count = 1;
        bool dynamic = false;
        foreach (string extent in match.Groups[6].Value.Split(['[', ']', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            count *= Number(extent);
        }
        if (match.Groups[6].Value.Replace(" ", "", StringComparison.Ordinal) == "[]") (count, dynamic) = (0, true);
        string initializer = match.Groups[7].Value.Trim().Trim('{', '}');
        return new Declaration(match.Groups[1].Value, match.Groups[5].Value, count * element, alignment, dynamic, initializer, element);
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>A kernel's variables and where they lie: its own and the module's.</summary>
sealed class KernelSymbols
{
    readonly Dictionary<string, (ulong Address, StateSpace Space)> _places = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _parameters = new(StringComparer.Ordinal);

    public KernelSymbols(IEnumerable<Declaration> variables, ModuleVariables module, IEnumerable<PtxParameter> parameters)
    {
        Declaration[] all = [.. variables];
        foreach (var variable in all.Where(variable => variable is { Space: "shared", Dynamic: false }))
        {
            StaticSharedBytes = Align(StaticSharedBytes, variable.Alignment);
            _places[variable.Name] = (Address.SharedBase + (ulong)StaticSharedBytes, StateSpace.Shared);
            StaticSharedBytes += variable.Bytes;
        }
        DynamicSharedOffset = StaticSharedBytes;
        foreach (var variable in all.Where(variable => variable is { Space: "shared", Dynamic: true }))
        {
            DynamicSharedOffset = Align(DynamicSharedOffset, Math.Max(16, variable.Alignment));
        }
        foreach (var variable in all.Where(variable => variable is { Space: "shared", Dynamic: true }))
        {
            _places[variable.Name] = (Address.SharedBase + (ulong)DynamicSharedOffset, StateSpace.Shared);
        }
        foreach (var variable in all.Where(variable => variable.Space == "local"))
        {
            LocalBytes = Align(LocalBytes, variable.Alignment);
            _places[variable.Name] = ((ulong)LocalBytes, StateSpace.Local);
            LocalBytes += variable.Bytes;
        }
        LocalBytes = Align(LocalBytes, 16);
        foreach (var (name, address) in module.Addresses) _places[name] = (address, StateSpace.Global);
        ModuleMemory = module.Memory;
        foreach (var parameter in parameters) _parameters[parameter.Name] = parameter.Offset;
    }

    public int StaticSharedBytes { get; }

    public int DynamicSharedOffset { get; }

    public int LocalBytes { get; }

    public IReadOnlyList<PtxMemoryRange> ModuleMemory { get; }

    /// <summary>The address of a variable, with a displacement behind a plus sign if there is one.</summary>
    public ulong? AddressOf(string text)
    {
        int plus = text.IndexOf('+');
        string name = plus < 0 ? text : text[..plus].Trim();
        if (!_places.TryGetValue(name, out var place)) return null;
        return place.Address + (plus < 0 ? 0 : Literal.Parse(text[(plus + 1)..].Trim(), PtxType.S64) ?? 0);
    }

    public StateSpace? SpaceOf(string name) => _places.TryGetValue(name, out var place) ? place.Space : null;

    /// <summary>The offset in the parameter block that <c>[name+4]</c> means.</summary>
    public int ParameterOffset(string operand)
    {
        string[] pieces = operand.Trim('[', ']').Split('+', StringSplitOptions.TrimEntries);
        if (!_parameters.TryGetValue(pieces[0], out int offset)) throw new Trap($"there is no parameter {pieces[0]}");
        return offset + (pieces.Length > 1 ? (int)(Literal.Parse(pieces[1], PtxType.S64) ?? 0) : 0);
    }

    static int Align(int offset, int alignment) => (offset + alignment - 1) / alignment * alignment;
}
