using GpuLm.Kernels.Cuda;
using GpuLm.Kernels.Cuda.Intrinsics;
using GpuLm.Kernels.Cuda.Rows;
using ILGPU;

namespace GpuLm.Kernels.CrossEntropy;

/// <content>The kernels of NVIDIA GPUs.</content>
public static partial class CrossEntropyKernels
{
    /// <summary>
    /// Logits in bf16, arithmetic in fp32; a group owns a row, a thread every so-manieth eight of it. One pass finds maximum and sum of
    /// exponentials together (Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018); the next vector is under way
    /// while one is worked on. The second pass of the gradient finds the row in the second-level cache. Columns from the vocabulary on are
    /// not read as logits, whatever they hold, and become zeros. A row has <c>vectors</c> eights. The row's reduction meets four barriers.
    /// </summary>
    public static class RowPerGroup
    {
        /// <summary>Threads of a group.</summary>
        public const int GroupSize = 512;

        const float Log2E = 1.44269504f;

        /// <summary>losses[r] = the loss of row r; the logits stay.</summary>
        [LaunchBounds(GroupSize, 3)]
        public static void Forward(ArrayView<UInt4> logits, ArrayView<int> targets, int vocabulary, int vectors, ArrayView<float> losses)
        {
            int target = targets[Grid.IdxX];
            float loss = 0;
            if (target >= 0)
            {
                var x = logits.SubView((long)Grid.IdxX * vectors, vectors);
                var (max, sum) = Statistics(x, vocabulary);
                loss = max + MathF.Log(sum) - Logit(x, target);
            }
            if (Group.IdxX == 0) losses[Grid.IdxX] = loss;
        }

        /// <summary>losses[r] = the loss of row r; each row of logits becomes gradientScale * its loss's gradient.</summary>
        [LaunchBounds(GroupSize, 3)]
        public static void ForwardBackward(
            ArrayView<UInt4> logits, ArrayView<int> targets, int vocabulary, int vectors, float gradientScale, ArrayView<float> losses)
        {
            var x = logits.SubView((long)Grid.IdxX * vectors, vectors);
            int target = targets[Grid.IdxX];
            float loss = 0;
            if (target >= 0)
            {
                // Every thread reads this before the barriers of the statistics, after which its owner overwrites it.
                float logit = Logit(x, target);
                var (max, sum) = Statistics(x, vocabulary);
                float scale = gradientScale / sum;
                for (int i = Group.IdxX; i < vectors; i += Group.DimX)
                {
                    var gradient = Exponentials(Load(x[i], i, vocabulary), max) * scale;
                    if (i == target / VectorAccess.Eight) gradient = gradient.Add(target % VectorAccess.Eight, -gradientScale);
                    x[i] = gradient.Pack();
                }
                loss = max + MathF.Log(sum) - logit;
            }
            else
            {
                for (int i = Group.IdxX; i < vectors; i += Group.DimX) x[i] = default;
            }
            if (Group.IdxX == 0) losses[Grid.IdxX] = loss;
        }

        /// <summary>The row's maximum and sum_i e^(x[i] - maximum), for every thread.</summary>
        static (float Max, float Sum) Statistics(ArrayView<UInt4> x, int vocabulary)
        {
            int end = (vocabulary + VectorAccess.Eight - 1) / VectorAccess.Eight;
            float max = float.MinValue, sum = 0;
            var next = Group.IdxX < end ? x[Group.IdxX] : default;
            for (int i = Group.IdxX; i < end; i += Group.DimX)
            {
                var logits = Load(next, i, vocabulary);
                if (i + Group.DimX < end) next = x[i + Group.DimX];
                float larger = IntrinsicMath.Max(max, logits.Max());
                sum = sum * Numbers.Exp2((max - larger) * Log2E) + Exponentials(logits, larger).Sum();
                max = larger;
            }
            float groupMax = GroupWarps.Max(max);
            return (groupMax, GroupWarps.Sum(sum * Numbers.Exp2((max - groupMax) * Log2E)));
        }

        /// <summary>The i-th eight of a row; -infinity, whose exponential is zero, from the vocabulary on.</summary>
        static Float8 Load(UInt4 packed, int i, int vocabulary)
        {
            var logits = Float8.Unpack(packed);
            int count = vocabulary - i * VectorAccess.Eight;
            return count >= VectorAccess.Eight ? logits : logits.Keep(count, float.NegativeInfinity);
        }

        static float Logit(ArrayView<UInt4> x, int target) => Float8.Unpack(x[target / VectorAccess.Eight]).At(target % VectorAccess.Eight);

        static Float8 Exponentials(Float8 x, float max) => ((x - max) * Log2E).Exp2();
    }
}
