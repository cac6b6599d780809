namespace GpuLm.Tests.BadInput;

/// <summary>Command lines that are wrong in themselves.</summary>
static class OptionCases
{
    public static IReadOnlyList<BadInput> All { get; } =
    [
        BadInput.Usage("a command that does not exist", "trian", "trian"),
        BadInput.Usage("an option that does not exist", "train --lerning-rate 1", "--lerning-rate"),
        BadInput.Usage("a preset that does not exist", "train --model gpt3", "--model takes one of nano", "'gpt3' is not one"),
        BadInput.Usage("a tokenizer that does not exist", "train --tokenizer word", "'word'"),
        BadInput.Usage("an option without its value", "train --steps", "--steps"),
        BadInput.Usage("--steps 0", "train --steps 0", "--steps takes a whole number of 1 or more; '0' is not one"),
        BadInput.Usage("--steps that is no number", "train --steps many", "'many' is not one"),
        BadInput.Usage("--steps beyond 32 bits", "train --steps 99999999999", "--steps takes"),
        BadInput.Usage("a negative --batch", "train --batch -3", "--batch takes"),
        BadInput.Usage("a fraction of a batch", "train --batch 2.5", "--batch takes a whole number"),
        BadInput.Usage("an infinite --learning-rate", "train --learning-rate Infinity", "--learning-rate takes a number above 0"),
        BadInput.Usage("a --learning-rate that is not a number", "train --learning-rate NaN", "--learning-rate takes"),
        BadInput.Usage(
            "--heads that do not divide the channels", "train --heads 5 --channels 128", "5 heads do not divide 128 channels", "130"),
        BadInput.Usage("absurd --layers", "train --layers 1000000", "at most 1000"),
        BadInput.Usage("an absurd --context", "train --context 2000000000", "at most 65536"),
        BadInput.Usage("two ends of a run", "train --steps 5 --minutes 1", "--steps and --minutes each say when the run ends"),
        BadInput.Usage("a negative --seed", "train --seed -1", "--seed takes"),
        BadInput.Usage("generate without a model", "generate --prompt x", "--model"),
        BadInput.Usage("a --top-p above 1", "generate --model DIR/model --prompt x --top-p 1.5", "above 0 and at most 1"),
        BadInput.Usage("a negative --temperature", "generate --model DIR/model --prompt x --temperature -1", "--temperature takes"),
        new("a device that is not there", "train --device cuda:99 --steps 1 --out DIR/run", "cuda:99", "This machine has: cpu"),
        new("a device that is no device", "train --device tpu --steps 1 --out DIR/run", "'tpu' does not name a device"),
        new("a precision that the device lacks", "train --precision bf16 --device cpu --out DIR/run", "bf16 needs a CUDA device", "fp32"),
        new("master weights off in fp32", "train --master-weights off --device cpu --out DIR/run", "needs bf16", "Leave the option out"),
        new(
            "a model that is too large for the memory", "train --model gpt2-xl --batch 4096 --device cpu --out DIR/run",
            "with a batch of 4096 needs", "fits"),
        new(
            "a batch beyond all memory", "train --batch 2000000000 --device cpu --out DIR/run", "more than 2147483647 tokens",
            "smaller --batch"),
    ];
}
