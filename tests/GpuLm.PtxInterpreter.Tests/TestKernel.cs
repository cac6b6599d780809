using System.Globalization;
using System.Runtime.InteropServices;
using GpuLm.TestKit;
using Xunit;

namespace GpuLm.PtxInterpreter.Tests;

/// <summary>
/// A kernel around a few lines of PTX. It finds its thread number in %r0, the global addresses of the input and the output in %rd0 and %rd1
/// and those of the thread's own word there in %rd2 and %rd3. Where ptxas is at hand it must accept the text too.
/// </summary>
static unsafe class TestKernel
{
    public static string Text(string body, string module = "", string directives = "") => $$"""
        .version 8.4
        .target sm_90a
        .address_size 64
        {{module}}
        .visible .entry test(.param .u64 input, .param .u64 output) {{directives}}
        {
            .reg .pred %p<8>;
            .reg .b16 %h<8>;
            .reg .b32 %r<64>;
            .reg .b64 %rd<32>;
            .reg .f32 %f<64>;
            ld.param.u64 %rd0, [input];
            ld.param.u64 %rd1, [output];
            cvta.to.global.u64 %rd0, %rd0;
            cvta.to.global.u64 %rd1, %rd1;
            mov.u32 %r0, %tid.x;
            mul.wide.u32 %rd3, %r0, 4;
            add.u64 %rd2, %rd0, %rd3;
            add.u64 %rd3, %rd1, %rd3;
            {{body}}
            ret;
        }
        """;

    /// <summary>Runs the body and returns the words of the output, which start as 0xEEEEEEEE.</summary>
    public static uint[] Run(string body, uint[]? input = null, int outputWords = 32, int threads = 32, string module = "",
        PtxLaunch? launch = null, bool assemble = true)
    {
        string text = Text(body, module);
        if (assemble) Assemble(text);
        uint[] source = input ?? [0];
        uint* from = (uint*)NativeMemory.AlignedAlloc((nuint)source.Length * 4, 256);
        uint* to = (uint*)NativeMemory.AlignedAlloc((nuint)outputWords * 4, 256);
        try
        {
            source.CopyTo(new Span<uint>(from, source.Length));
            var output = new Span<uint>(to, outputWords);
            output.Fill(0xEEEEEEEE);
            byte[] parameters = [.. BitConverter.GetBytes((ulong)from), .. BitConverter.GetBytes((ulong)to)];
            PtxModule.Parse(text).Kernels[0].Launch((launch ?? new PtxLaunch { Block = (threads, 1, 1) }) with
            {
                Parameters = parameters,
                Memory = [new PtxMemoryRange((nint)from, source.Length * 4L), new PtxMemoryRange((nint)to, outputWords * 4L)],
            });
            return output.ToArray();
        }
        finally
        {
            NativeMemory.AlignedFree(from);
            NativeMemory.AlignedFree(to);
        }
    }

    /// <summary>
    /// Runs the body once with up to 32 cases, one a lane: a in %r1 and %f1, b in %r2 and %f2, c in %r3 and %f3; the result is %r9.
    /// </summary>
    public static uint[] Lanes(string body, uint[] a, uint[]? b = null, uint[]? c = null)
    {
        uint[] input = new uint[96];
        a.CopyTo(input, 0);
        (b ?? []).CopyTo(input, 32);
        (c ?? []).CopyTo(input, 64);
        return Run($"""
            ld.global.u32 %r1, [%rd2];
            ld.global.u32 %r2, [%rd2+128];
            ld.global.u32 %r3, [%rd2+256];
            mov.b32 %f1, %r1;
            mov.b32 %f2, %r2;
            mov.b32 %f3, %r3;
            {body}
            st.global.u32 [%rd3], %r9;
            """, input)[..a.Length];
    }

    public static PtxFault Fault(string body, int threads = 32, string module = "", bool assemble = true, uint[]? input = null) =>
        Assert.Throws<PtxFault>(() => Run(body, input, threads: threads, module: module, assemble: assemble, outputWords: 1024));

    public static uint[] Floats(params float[] values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];

    public static float[] AsFloats(uint[] words) => [.. words.Select(BitConverter.UInt32BitsToSingle)];

    public static string Hex(IEnumerable<uint> words) =>
        string.Join(' ', words.Select(word => word.ToString("x8", CultureInfo.InvariantCulture)));

    static void Assemble(string text)
    {
        if (!Ptxas.IsPresent) return;
        var result = Ptxas.Assemble(text, "sm_90a");
        Assert.True(result.Accepted, result.Log);
    }
}
