using Xunit;

namespace GpuLm.Tests.Cli.Config;

/// <summary>Configurations that are taken and ones that are not; the schema must say the same of each.</summary>
static class ConfigExamples
{
    public static TheoryData<string> Accepted =>
    [
        "{}",
        """{ "$schema": "https://example.org/train_config.schema.json", "steps": 100 }""",
        """{ "steps": 1e3, "learning_rate": 3e-4, "seed": 18446744073709551615 }""",
        """{ "minutes": 0.5, "clip": 0, "warmup": 0 }""",
        """{ "text": "--not-an-option", "tokenizer": "char" }""",
        """{ "text": ["a.txt", "@b", "c=d:e"] }""",
        """{ "batch": 8, "total_batch": 64 }""",
        """{ "batch": "auto", "accumulate": 4 }""",
        """{ "model": "gpt2", "layers": 3, "precision": "bf16", "master_weights": "off" }""",
        """{ "skip_outliers": 4, "max_bad_steps": 3 }""",
    ];

    /// <summary>Wrong by themselves: the schema refuses them, too. With a part of the message.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        { """{ "stpes": 3 }""", "there is no key 'stpes'; the nearest is 'steps'" },
        { """{ "learning-rate": 1 }""", "there is no key 'learning-rate'; the nearest is 'learning_rate'" },
        { """{ "config": "x.json" }""", "there is no key 'config'" },
        { """{ "steps": "3" }""", "'steps' must be a whole number; it is a string." },
        { """{ "steps": 1.5 }""", "'steps': --steps takes a whole number of 1 or more; '1.5' is not one." },
        { """{ "steps": 0 }""", "'steps': --steps takes a whole number of 1 or more; '0' is not one." },
        { """{ "steps": 9999999999 }""", "--steps takes" },
        { """{ "learning_rate": 0 }""", "'learning_rate': --learning-rate takes a number above 0" },
        { """{ "clip": null }""", "'clip' must be a number; it is null." },
        { """{ "text": [] }""", "'text' must be a string, or a list of strings; it is an empty list." },
        { """{ "text": ["a", 3] }""", "'text' must be a string, or a list of strings; it is a list of something else." },
        { """{ "out": "" }""", "'out' must be a string; it is empty." },
        { """{ "model": "gpt3" }""", "'model': --model takes one of nano, micro" },
        { """{ "model": { "layers": 3 } }""", "'model' must be a string; it is an object." },
        { """{ "master_weights": true }""", "'master_weights' must be a string; it is true." },
        { """{ "precision": "fp16" }""", "'precision': --precision takes one of fp32, tf32, bf16" },
        { """{ "batch": "many" }""", "'batch': --batch takes a whole number of 1 or more, or 'auto'" },
        { """{ "batch": 0 }""", "'batch': --batch takes a whole number of 1 or more, or 'auto'" },
        { """{ "steps": 3, "tokens": 5 }""", "--steps and --tokens each say when the run ends; give one of them." },
        { """{ "accumulate": 2, "total_batch": 8 }""", "--accumulate and --total-batch each say how many sequences a step has" },
    };
}
