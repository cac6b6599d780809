namespace GpuLm.Kernels.Attention.Cpu;

/// <summary>The left side of a <see cref="TileProduct"/>: element [i, k] lies at i RowStep + k DepthStep.</summary>
readonly unsafe record struct LeftOperand(nint Address, nint RowStep, nint DepthStep)
{
    /// <summary>Element [0, 0].</summary>
    public float* Start => (float*)Address;

    /// <summary>A matrix whose rows lie <paramref name="step"/> elements apart.</summary>
    public static LeftOperand Rows(float* matrix, nint step) => new((nint)matrix, step, 1);

    /// <summary>The transpose of a matrix whose rows lie <paramref name="step"/> elements apart.</summary>
    public static LeftOperand Transposed(float* matrix, nint step) => new((nint)matrix, 1, step);

    /// <summary>The operand from row <paramref name="row"/> on.</summary>
    public LeftOperand From(nint row) => this with { Address = (nint)(Start + row * RowStep) };
}

/// <summary>The right side of a <see cref="TileProduct"/>: element [k, j] lies at (j / 32) PanelStep + k Step + j % 32.</summary>
readonly unsafe record struct RightOperand(nint Address, nint Step, nint PanelStep)
{
    /// <summary>Element [0, 0].</summary>
    public float* Start => (float*)Address;

    /// <summary>A matrix whose rows lie <paramref name="step"/> elements apart.</summary>
    public static RightOperand Rows(float* matrix, nint step) => new((nint)matrix, step, TileProduct.Panel);

    /// <summary>A matrix in packed panels of 32 columns and <paramref name="depth"/> rows.</summary>
    public static RightOperand Panels(float* matrix, nint depth) => new((nint)matrix, TileProduct.Panel, TileProduct.Panel * depth);
}
