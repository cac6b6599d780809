using GpuLm.PtxInterpreter.Execution;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>
/// Where wgmma finds a 16-bit operand in shared memory, from its descriptor: bits 0 to 13 the start, 16 to 29 the leading and 32 to 45 the
/// stride byte offset, all in units of 16 bytes, 62 and 63 the swizzle (1, 2, 3: 128, 64, 32 bytes). The unit of all layouts is a chunk of
/// 8 elements, 16 bytes. With the swizzle's span of s chunks (1 without a swizzle):
/// K-major, row r and chunk c along k: r mod 8 rows of s chunks, r / 8 strides; c chunks, or without a swizzle c leading offsets.
/// MN-major, chunk c along m or n and k: c mod s chunks, c / s leading offsets; k mod 8 rows of s chunks, k / 8 strides; without a swizzle
/// c strides and k / 8 leading offsets. The swizzle then permutes the address.
/// </summary>
readonly unsafe struct OperandLayout(ulong descriptor, bool acrossK)
{
    readonly uint _start = (uint)(descriptor & 0x3FFF) << 4;
    readonly uint _leading = (uint)(descriptor >> 16 & 0x3FFF) << 4;
    readonly uint _stride = (uint)(descriptor >> 32 & 0x3FFF) << 4;
    readonly int _swizzle = (int)(descriptor >> 62) switch { 1 => 3, 2 => 2, 3 => 1, _ => 0 };
    readonly int _baseOffset = (int)(descriptor >> 49 & 7);

    /// <summary>Copies rows of an operand, 16 deep, as floats; each value goes to target[row * rowStep + k * depthStep].</summary>
    public void Read(Warp warp, int firstRow, int rows, bool brain, float* target, int rowStep, int depthStep)
    {
        if (_baseOffset != 0) throw new Trap("a matrix descriptor with a base offset is not known");
        var races = warp.Block.Races;
        for (int outer = 0; outer < (acrossK ? 16 : rows); outer++)
        {
            for (int chunk = 0; chunk < (acrossK ? rows / 8 : 2); chunk++)
            {
                byte* pointer = Locate(warp, acrossK ? outer : firstRow + outer, acrossK ? firstRow / 8 + chunk : chunk);
                races?.Read(warp, pointer, 16);
                ushort* values = (ushort*)pointer;
                for (int i = 0; i < 8; i++)
                {
                    int row = acrossK ? chunk * 8 + i : outer, k = acrossK ? outer : chunk * 8 + i;
                    target[row * rowStep + k * depthStep] = Fragments.Value(values[i], brain);
                }
            }
        }
    }

    /// <summary>Records that the rows are read, or still being read.</summary>
    public void RecordRead(Warp warp, int firstRow, int rows)
    {
        if (warp.Block.Races is not { } races) return;
        for (int outer = 0; outer < (acrossK ? 16 : rows); outer++)
        {
            for (int chunk = 0; chunk < (acrossK ? rows / 8 : 2); chunk++)
            {
                races.Read(warp, Locate(warp, acrossK ? outer : firstRow + outer, acrossK ? firstRow / 8 + chunk : chunk), 16);
            }
        }
    }

    byte* Locate(Warp warp, int line, int chunk)
    {
        uint lineBytes = 16u << _swizzle, span = 1u << _swizzle, index = (uint)chunk;
        uint address = _start + (uint)line % 8 * lineBytes;
        if (!acrossK) address += (uint)line / 8 * _stride + (_swizzle == 0 ? index * _leading : index * 16);
        else if (_swizzle == 0) address += (uint)line / 8 * _leading + index * _stride;
        else address += (uint)line / 8 * _stride + index / span * _leading + index % span * 16;
        long offset = (long)address - Address.SharedBase;
        if (offset < 0 || offset + 16 > warp.Block.SharedBytes)
        {
            throw new Trap($"out-of-range access: wgmma reads 16 bytes at shared address 0x{address:x}");
        }
        return (byte*)SharedSwizzle.Apply((nint)warp.Block.Shared, (nint)(warp.Block.Shared + offset), _swizzle);
    }
}
