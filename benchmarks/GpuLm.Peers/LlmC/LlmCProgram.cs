using System.ComponentModel;
using System.Diagnostics;

namespace GpuLm.Peers.LlmC;

/// <summary>llm.c's CPU trainer, unchanged, out of a checkout.</summary>
sealed record LlmCProgram(string Path)
{
    public const string Build = "gcc -Ofast -march=native -fopenmp -DOMP train_gpt2.c -lm -o train_gpt2";

    /// <summary>The program of a checkout, which is built where it is not.</summary>
    /// <exception cref="GpuLmException">The folder is no checkout, or nothing here can build it.</exception>
    public static LlmCProgram Find(DirectoryInfo checkout)
    {
        string program = System.IO.Path.Combine(checkout.FullName, "train_gpt2");
        if (!File.Exists(program + ".c"))
        {
            throw new GpuLmException($"'{checkout}' has no train_gpt2.c. Name a checkout of github.com/karpathy/llm.c.");
        }
        if (!File.Exists(program) && !Compile(checkout))
        {
            throw new GpuLmException($"'{checkout}' has no program train_gpt2, and here it could not be built. Build it there: {Build}");
        }
        return new LlmCProgram(program);
    }

    static bool Compile(DirectoryInfo checkout)
    {
        try
        {
            string[] words = Build.Split(' ');
            using var compiler = Process.Start(new ProcessStartInfo(words[0], words[1..]) { WorkingDirectory = checkout.FullName })!;
            compiler.WaitForExit();
            return compiler.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // There is no such compiler.
            return false;
        }
    }
}
