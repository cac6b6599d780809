using System.Runtime.InteropServices;

namespace GpuLm.PtxInterpreter.Parsing;

/// <summary>The memory of a module's <c>.global</c> and <c>.const</c> variables, which lives as long as the module.</summary>
sealed unsafe class ModuleVariables
{
    readonly List<nint> _allocations = [];

    public Dictionary<string, ulong> Addresses { get; } = new(StringComparer.Ordinal);

    public List<PtxMemoryRange> Memory { get; } = [];

    public void Add(Declaration variable)
    {
        if (variable.Dynamic) throw new Trap($"{variable.Name} has no size");
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)variable.Bytes, (nuint)Math.Max(16, variable.Alignment));
        new Span<byte>(memory, variable.Bytes).Clear();
        _allocations.Add((nint)memory);
        Addresses[variable.Name] = (ulong)memory;
        Memory.Add(new PtxMemoryRange((nint)memory, variable.Bytes));
        byte* next = memory;
        var type = variable.ElementBytes switch { 1 => PtxType.B8, 2 => PtxType.B16, 4 => PtxType.F32, _ => PtxType.F64 };
        foreach (string item in SourceInstruction.Split(variable.Initializer.Replace('{', ' ').Replace('}', ' ')))
        {
            ulong bits = Literal.Parse(item, type) ?? throw new Trap($"{item} cannot initialize {variable.Name}");
            new ReadOnlySpan<byte>(&bits, variable.ElementBytes).CopyTo(new Span<byte>(next, variable.ElementBytes));
            next += variable.ElementBytes;
        }
    }

    ~ModuleVariables()
    {
        foreach (nint allocation in _allocations) NativeMemory.AlignedFree((void*)allocation);
    }
}
