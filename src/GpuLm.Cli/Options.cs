using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using GpuLm.Data;
using GpuLm.Models;
using GpuLm.Tokenization;

namespace GpuLm.Cli;

/// <summary>Options whose values are checked when the command line is parsed.</summary>
static class Options
{
    public const string RecomputeDescription =
        "What the backward pass computes again to save memory: nothing; norms and GELU; or each block, which costs nearly another forward "
        + "pass. The result is the same.";

    public const string CudaGraphDescription =
        "Whether a CUDA device repeats a step's launches as one recorded graph. The result is the same.";

    /// <summary>Precisions by the option's words.</summary>
    public static readonly IReadOnlyDictionary<string, Precision> Precisions =
        Enum.GetValues<Precision>().ToDictionary(PrecisionSupport.NameOf);

    /// <summary>What the backward pass computes again, by the option's words.</summary>
    public static readonly IReadOnlyDictionary<string, Recompute> Recomputes =
        Enum.GetValues<Recompute>().ToDictionary(choice => choice.ToString().ToLowerInvariant());

    /// <summary>A number that is at least <paramref name="least"/>, or above it.</summary>
    public static Option<T?> Number<T>(string name, string description, T least, bool above = false, T? most = null)
        where T : struct, INumber<T>
    {
        bool whole = typeof(T) != typeof(float) && typeof(T) != typeof(double);
        var option = new Option<T?>(name) { Description = description, HelpName = whole ? "N" : "X" };
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool parsed = T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value);
            bool inRange = parsed && T.IsFinite(value) && (above ? value > least : value >= least) && (most is null || value <= most);
            if (!inRange)
            {
                string kind = whole ? "a whole number" : "a number";
                string range = (above ? $"above {least}" : $"of {least} or more") + (most is null ? "" : $" and at most {most}");
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes {kind} {range}; '{text}' is not one."));
            }
            return value;
        };
        return option;
    }

    /// <summary>A whole number of 1 or more, or a word that stands for 0.</summary>
    public static Option<int?> NumberOrWord(string name, string description, string word)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = $"N|{word}" };
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text == word) return 0;
            if (int.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out int value) && value >= 1) return value;
            result.AddError($"{name} takes a whole number of 1 or more, or '{word}'; '{text}' is neither.");
            return null;
        };
        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string> Choice(string name, string description, IEnumerable<string> words)
    {
        string[] all = [.. words];
        return new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', all),
            CustomParser = result =>
            {
                string word = result.Tokens[0].Value;
                if (!all.Contains(word)) result.AddError($"{name} takes one of {string.Join(", ", all)}; '{word}' is not one.");
                return word;
            },
        };
    }

    /// <summary>Some of a few words; none where the option is not given.</summary>
    public static Option<string[]> Choices(string name, string description, IEnumerable<string> words)
    {
        string[] all = [.. words];
        return new Option<string[]>(name)
        {
            Description = description,
            HelpName = string.Join('|', all),
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result =>
            {
                string[] chosen = [.. result.Tokens.SelectMany(token => token.Value.Split(','))];
                foreach (string word in chosen.Except(all))
                {
                    result.AddError($"{name} takes some of {string.Join(", ", all)}; '{word}' is not one.");
                }
                return chosen;
            },
        };
    }

    /// <summary>Which tokenizer to use.</summary>
    public static Option<string> Tokenizer(string description) => new("--tokenizer")
    {
        Description = description,
        HelpName = "byte|char|bpe:N|gpt2|DIR",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            try
            {
                return TokenizerSpec.Parse(text).Text;
            }
            catch (GpuLmException fault)
            {
                result.AddError(fault.Message);
                return text;
            }
        },
    };

    /// <summary>The name of what holds the text.</summary>
    public static Option<string> TextField() =>
        new("--text-field")
        {
            Description = $"The field of a .jsonl or the column of a .parquet that holds the text. Default: {TextCorpus.DefaultTextField}.",
            HelpName = "NAME",
        };

    /// <summary>The device that runs.</summary>
    public static Option<string> Device() =>
        new("--device")
        {
            Description = "Device that runs: auto, cpu, opencl[:i] or cuda[:i]; 'gpulm devices' lists them. Default: auto.",
            HelpName = "DEVICE",
        };

    /// <summary>The numbers that a model computes in; nothing leaves it to the device and the model.</summary>
    public static Option<string> Precision() =>
        Choice(
            "--precision",
            "Numbers that matrices are multiplied in: fp32; tf32 or bf16 on CUDA devices with tensor cores, bf16 with heads of 64 or 128. "
            + "Default: the fastest that device and model allow.",
            Precisions.Keys);

    /// <summary>The precision that an option of <see cref="Precision"/> names.</summary>
    public static Precision? PrecisionOf(string? word) => word is null ? null : Precisions[word];

    /// <summary>What the backward pass computes again.</summary>
    public static Option<string> Recompute() =>
        Choice("--recompute", $"{RecomputeDescription} Default: none.", Recomputes.Keys);

    /// <summary>What an option of <see cref="Recompute"/> chose.</summary>
    public static Recompute RecomputeOf(string? word) => word is null ? default : Recomputes[word];

    /// <summary>Whether a CUDA device repeats a step's launches as a graph.</summary>
    public static Option<string> CudaGraph() => Choice("--cuda-graph", $"{CudaGraphDescription} Default: on.", ["on", "off"]);

    /// <summary>The folder of a trained model.</summary>
    public static Option<string> Model() =>
        new("--model")
        {
            Description = "Folder of a trained model: config.json, model.safetensors, tokenizer.json.", HelpName = "DIR", Required = true,
        };

    /// <summary>Machine-readable output.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Write JSON instead of a table." };

    /// <summary>Whether the user gave the option.</summary>
    public static bool Given(this CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
