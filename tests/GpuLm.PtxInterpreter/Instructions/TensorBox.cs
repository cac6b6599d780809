using GpuLm.PtxInterpreter.Execution;

namespace GpuLm.PtxInterpreter.Instructions;

/// <summary>A box of a tensor in global memory and its packed, perhaps swizzled, image in shared memory.</summary>
sealed unsafe class TensorBox(PtxTensorMap map, long[] first)
{
    readonly int _elements = map.Box.Aggregate(1, (product, size) => product * size);

    public int Bytes => _elements * map.ElementBytes;

    /// <summary>Checks that what the box takes of the tensor lies in memory that the launch may touch.</summary>
    public void Check(Warp warp, int lane)
    {
        long lowest = map.Address, highest = map.Address + map.ElementBytes;
        for (int i = 0; i < map.Dimensions.Length; i++)
        {
            long stride = i == 0 ? map.ElementBytes : map.Strides[i - 1];
            highest += (map.Dimensions[i] - 1) * stride;
        }
        Address.ResolveOne(warp, lane, (ulong)lowest, (int)Math.Min(highest - lowest, int.MaxValue), 16, StateSpace.Global);
    }

    /// <summary>Moves the box; to what lies outside the tensor a load gives zeros, and a store does not write.</summary>
    public void Move(nint origin, nint shared, bool load)
    {
        int rank = map.Box.Length;
        int[] index = new int[rank];
        int rowBytes = map.Box[0] * map.ElementBytes;
        bool whole = map.ElementStrides![0] == 1;
        for (int row = 0; row < _elements / map.Box[0]; row++)
        {
            long address = map.Address;
            bool inside = true;
            for (int i = 1; i < rank; i++)
            {
                long coordinate = first[i] + (long)index[i] * map.ElementStrides[i];
                inside &= coordinate >= 0 && coordinate < map.Dimensions[i];
                address += coordinate * map.Strides[i - 1];
            }
            for (int column = 0; column < map.Box[0]; column++)
            {
                long coordinate = first[0] + (whole ? column : (long)column * map.ElementStrides[0]);
                bool present = inside && coordinate >= 0 && coordinate < map.Dimensions[0];
                byte* local = (byte*)SharedSwizzle.Apply(origin, shared + row * rowBytes + column * map.ElementBytes, (int)map.Swizzle);
                byte* global = (byte*)(address + coordinate * map.ElementBytes);
                for (int i = 0; i < map.ElementBytes; i++)
                {
                    if (load) local[i] = present ? global[i] : (byte)0;
                    else if (present) global[i] = local[i];
                }
            }
            for (int i = 1; i < rank && ++index[i] == map.Box[i]; i++) index[i] = 0;
        }
    }
}

/// <summary>The permutation of 16-byte chunks that the copy engine and wgmma share.</summary>
static class SharedSwizzle
{
    /// <summary>
    /// Exclusive-ors the lowest 1, 2 or 3 bits of the chunk number with those of the number of the 128-byte row, both counted from address
    /// 0 of shared memory. The base of the shared window is a multiple of 1,024, so it does not matter here.
    /// </summary>
    public static nint Apply(nint origin, nint pointer, int bits)
    {
        nint offset = pointer - origin;
        return origin + (offset ^ ((offset >> 7 & ((1 << bits) - 1)) << 4));
    }
}
