namespace GpuLm.Tests.BadInput;

/// <summary>Folders that a run cannot write to, and runs that go wrong.</summary>
static class RunCases
{
    const string Train = "train --text DIR/text.txt --device cpu " + GoodFiles.Shape + " --steps ";

    public static IReadOnlyList<BadInput> All { get; } =
    [
        new("two runs into one folder", Train + "2 --out DIR/model", "is not empty", "Give --out a new name"),
        new("a file as a run's folder", Train + "2 --out DIR/text.txt", "is a file", "Give --out another name"),
        new("a run's folder below a file", Train + "2 --out DIR/text.txt/run", "text.txt", "--out"),
        new("a run's folder where nobody can write", Train + "2 --out /proc/gpulm/run", "/proc/gpulm", "--out")
        {
            Arrange = _ => Linux.Require("a folder that nobody can write to: /proc"),
        },
        new("a run's folder with a name that is too long", Train + "2 --out DIR/" + new string('n', 300), "--out"),
        new("a full disk at the end of a run", Train + "2 --out DIR/disk/run", "disk/run", "space") { DiskBytes = 16 << 10 },
        new("a disk that fills before a run starts", Train + "2 --out DIR/disk/run", "disk/run", "space") { DiskBytes = 4096 },
        new("a learning rate that makes the loss infinite", Train + "30 --out DIR/run --learning-rate 1e30 --clip 0 --warmup 0",
            "were not applied", "the output of h.0", "a lower --learning-rate"),
        new("a run that ends with weights that make nothing finite", Train + "6 --out DIR/run --learning-rate 1e30 --clip 0 --warmup 0",
            "Step 6 is not saved", "loss on held-out text is NaN", "a lower --learning-rate"),
        new("samples of a model that writes nothing any more",
            Train + "30 --out DIR/run --sample-every 3 --learning-rate 1e30 --clip 0 --warmup 0", "were not applied", "the output of h.0"),
    ];
}
