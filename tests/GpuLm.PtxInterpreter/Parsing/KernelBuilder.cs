using GpuLm.PtxInterpreter.Execution;

namespace GpuLm.PtxInterpreter.Parsing;

/// <summary>
/// Turns a kernel's names into places while its instructions are decoded: registers into offsets (a scope's registers give way when it
/// closes), constants and special registers into slots in front of them, variables into addresses, labels into instruction numbers.
/// </summary>
sealed class KernelBuilder(KernelSymbols symbols)
{
    readonly record struct Register(int Offset, int Stride);

    sealed class Scope(int registerBytes, int predicates)
    {
        public readonly Dictionary<string, Register> Registers = new(StringComparer.Ordinal);
        public readonly Dictionary<string, int> Labels = new(StringComparer.Ordinal);
        public readonly List<(Branch Branch, string Label)> Jumps = [];
        public readonly int RegisterBytes = registerBytes;
        public readonly int Predicates = predicates;
    }

    readonly Stack<Scope> _scopes = new([new Scope(0, 0)]);
    readonly Dictionary<(ulong Bits, int Stride), int> _constants = [];
    readonly Dictionary<(string Name, int Stride), int> _specials = [];
    int _registerBytes, _predicates, _slotBytes;
    int _mostRegisterBytes, _mostPredicates;

    public List<Instruction> Instructions { get; } = [];

    public KernelSymbols Symbols => symbols;

    public void Open() => _scopes.Push(new Scope(_registerBytes, _predicates));

    /// <summary>Closes a scope: its jumps find their labels here or are left to the scope around it.</summary>
    public void Close()
    {
        var scope = _scopes.Pop();
        foreach (var (branch, label) in scope.Jumps)
        {
            if (scope.Labels.TryGetValue(label, out int target)) branch.Target = target;
            else if (_scopes.Count > 0) _scopes.Peek().Jumps.Add((branch, label));
            else throw new Trap($"there is no label {label}");
        }
        (_registerBytes, _predicates) = (scope.RegisterBytes, scope.Predicates);
    }

    /// <summary>Declares registers: <c>.reg .b32 %r&lt;10&gt;</c> or <c>.reg .b32 a, b</c>.</summary>
    public void Declare(string text)
    {
        string[] words = text.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
        var type = PtxTypes.Parse(words[1].TrimStart('.'));
        if (type is PtxType.None or PtxType.B128 || words.Length < 3) throw new Trap("registers of this type are not known");
        foreach (string name in SourceInstruction.Split(words[2]))
        {
            int open = name.IndexOf('<');
            if (open < 0)
            {
                Declare(name, type);
                continue;
            }
            int count = int.Parse(name.AsSpan(open + 1, name.IndexOf('>') - open - 1), System.Globalization.CultureInfo.InvariantCulture);
            for (int i = 0; i < count; i++) Declare($"{name[..open].Trim()}{i}", type);
        }
    }

    void Declare(string name, PtxType type)
    {
        if (type == PtxType.Pred)
        {
            _scopes.Peek().Registers[name] = new Register(_predicates++, 0);
            _mostPredicates = Math.Max(_mostPredicates, _predicates);
            return;
        }
        int stride = type.Bytes() == 8 ? 8 : 4;
        _scopes.Peek().Registers[name] = new Register(_registerBytes, stride);
        _registerBytes += 32 * stride;
        _mostRegisterBytes = Math.Max(_mostRegisterBytes, _registerBytes);
    }

    public void Label(string name) => _scopes.Peek().Labels[name] = Instructions.Count;

    public void Jump(Branch branch, string label) => _scopes.Peek().Jumps.Add((branch, label));

    Register? Find(string name)
    {
        foreach (var scope in _scopes)
        {
            if (scope.Registers.TryGetValue(name, out var register)) return register;
        }
        return null;
    }

    public bool IsPredicate(string name) => Find(name) is { Stride: 0 };

    public int Predicate(string name) =>
        Find(name) is { Stride: 0 } predicate ? predicate.Offset : throw new Trap($"{name} is no predicate register");

    /// <summary>A register that an instruction writes; <c>_</c> is one that nobody reads.</summary>
    public Lanes Destination(string name)
    {
        if (name == "_") return new Lanes(Slot(256), 8);
        return Find(name) is { Stride: > 0 } register ? new Lanes(register.Offset, register.Stride)
            : throw new Trap($"{name} is no register that can be written");
    }

    /// <summary>An operand to read: a register, a constant, a special register, or the address of a variable.</summary>
    public Lanes Source(string name, PtxType type)
    {
        if (Find(name) is { Stride: > 0 } register) return new Lanes(register.Offset, register.Stride);
        int stride = type.Bytes() == 8 ? 8 : 4;
        if (Literal.Parse(name, type) is { } bits) return Constant(bits, stride);
        if (SpecialRegisters.Knows(name))
        {
            if (!_specials.TryGetValue((name, stride), out int offset)) _specials[(name, stride)] = offset = Slot(32 * stride);
            return new Lanes(offset, stride);
        }
        if (symbols.AddressOf(name) is { } address) return Constant(address, stride);
        throw new Trap($"{name} is neither a register nor a constant nor a variable");
    }

    public Lanes Constant(ulong bits, int stride)
    {
        if (stride == 4) bits = (uint)bits;
        if (!_constants.TryGetValue((bits, stride), out int offset)) _constants[(bits, stride)] = offset = Slot(32 * stride);
        return new Lanes(offset, stride);
    }

    int Slot(int bytes) => -(_slotBytes += bytes);

    /// <summary>An address operand in its brackets.</summary>
    public Address Address(string operand, StateSpace space)
    {
        if (operand is not ['[', .., ']']) throw new Trap($"{operand} is no address");
        string text = operand[1..^1].Trim();
        int plus = text.IndexOf('+');
        string name = plus < 0 ? text : text[..plus].Trim();
        long displacement = 0;
        if (plus >= 0)
        {
            displacement = (long)(Literal.Parse(text[(plus + 1)..].Trim(), PtxType.S64) ?? throw new Trap($"{text} is no address"));
        }
        if (Find(name) is { Stride: > 0 } register)
        {
            return new Address(space, new Lanes(register.Offset, register.Stride), displacement);
        }
        ulong place = Literal.Parse(name, PtxType.U64) ?? symbols.AddressOf(name) ?? throw new Trap($"{name} is no address");
        if (space == StateSpace.Generic && symbols.SpaceOf(name) is { } own) space = own;
        return new Address(space, null, displacement + (long)place);
    }

    public KernelProgram Finish(string name, int parameterBytes)
    {
        while (_scopes.Count > 0) Close();
        Instructions.Add(new Exit { Opcode = "exit", Text = "the end of the kernel" });
        return new KernelProgram
        {
            Name = name,
            Instructions = [.. Instructions],
            RegisterBytes = _mostRegisterBytes,
            SlotBytes = (_slotBytes + 63) / 64 * 64,
            Predicates = _mostPredicates,
            Constants = [.. _constants.Select(entry => new ConstantSlot(entry.Value, entry.Key.Stride, entry.Key.Bits))],
            Specials = [.. _specials.Select(entry => new SpecialSlot(entry.Value, entry.Key.Stride, entry.Key.Name))],
            DynamicSharedOffset = symbols.DynamicSharedOffset,
            LocalBytes = symbols.LocalBytes,
            ParameterBytes = parameterBytes,
            ModuleMemory = symbols.ModuleMemory,
        };
    }
}
