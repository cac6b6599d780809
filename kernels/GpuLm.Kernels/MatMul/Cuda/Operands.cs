namespace GpuLm.Kernels.MatMul.Cuda;

/// <summary>Which operands lie transposed: how rows of the operands' tiles run in memory.</summary>
public interface IOperandLayout
{
    /// <summary>Whether A lies in memory as [K, M].</summary>
    bool TransposeA { get; }

    /// <summary>Whether B lies in memory as [N, K].</summary>
    bool TransposeB { get; }
}

/// <summary>C = A B.</summary>
readonly struct LayoutNN : IOperandLayout
{
    public bool TransposeA => false;

    public bool TransposeB => false;
}

/// <summary>C = A B^T.</summary>
readonly struct LayoutNT : IOperandLayout
{
    public bool TransposeA => false;

    public bool TransposeB => true;
}

/// <summary>C = A^T B.</summary>
readonly struct LayoutTN : IOperandLayout
{
    public bool TransposeA => true;

    public bool TransposeB => false;
}

/// <summary>C = A^T B^T.</summary>
readonly struct LayoutTT : IOperandLayout
{
    public bool TransposeA => true;

    public bool TransposeB => true;
}

/// <summary>What the operands' numbers are.</summary>
public interface IOperandNumbers
{
    /// <summary>Bytes of a number in memory.</summary>
    int Bytes { get; }
}

/// <summary>bf16 in memory and in the products.</summary>
readonly struct BFloat16Numbers : IOperandNumbers
{
    public int Bytes => 2;
}

/// <summary>fp32 in memory, rounded to tf32 (10 bits of fraction) on the way into the products.</summary>
readonly struct Tf32Numbers : IOperandNumbers
{
    public int Bytes => 4;
}
