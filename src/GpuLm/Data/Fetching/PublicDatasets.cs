namespace GpuLm.Data.Fetching;

/// <summary>
/// The data sets that can be fetched by name. Addresses name a revision, so that the same bytes come tomorrow. Sizes and SHA-256 of files
/// at huggingface.co are those of their Git LFS entries there; that of enwik8 is of the file whose SHA-1 its author publishes,
/// 57b8363b814821dc9d47aa4d41f58733519076b2 (https://mattmahoney.net/dc/textdata.html).
/// </summary>
public static class PublicDatasets
{
    private const string Shakespeare =
        "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt";

    private const string TinyStories =
        "https://huggingface.co/datasets/roneneldan/TinyStories/resolve/f54c09fd23315a6f9c86f9dc80f725de7d8f9c64/TinyStoriesV2-GPT4-";

    private const string FineWebEdu =
        "https://huggingface.co/datasets/HuggingFaceFW/fineweb-edu/resolve/87f09149ef4734204d70ed1d046ddc9ca3f2b8f9/sample/10BT/";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublicDataset> All { get; } =
    [
        new("tiny-shakespeare", "40,000 lines of Shakespeare's plays, Andrej Karpathy's selection; public domain",
        [
            new(
                new Uri(Shakespeare), "tiny-shakespeare.txt", 1_115_394,
                "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
        ]),
        new("tinystories", "2.7 million short stories in a small child's words, made by GPT-4 (Eldan and Li, 2023); CDLA-Sharing 1.0",
        [
            new(
                new Uri(TinyStories + "train.txt"), "tinystories-train.txt", 2_227_753_162,
                "6418d412de72888f52b5142c761ac21a582f7d1166f0bfbdb5f03ccfdec90443"),
            new(
                new Uri(TinyStories + "valid.txt"), "tinystories-valid.txt", 22_502_601,
                "6874bae9a4c1a4e7edcf0e53b86c17817e9cf881fc75ff2368da457b80c0585d"),
        ]),
        new("fineweb-edu-sample", "the first of the 14 files of FineWeb-Edu's 10-billion-token sample of educational web pages; ODC-By 1.0",
        [
            new(
                new Uri(FineWebEdu + "000_00000.parquet"), "fineweb-edu-000.parquet", 2_152_819_114,
                "b1ba7b2ce4cb5ea6ef42dca40263eabb85f37700d01693a68e9b30a31d78e871"),
        ]),
        new("enwik8", "the first 100 million bytes of the English Wikipedia of 2006-03-03, with its markup; CC BY-SA 3.0 and GFDL",
        [
            new(
                new Uri("https://mattmahoney.net/dc/enwik8.zip"), "enwik8.txt", 100_000_000,
                "2b49720ec4d78c3c9fabaee6e4179a5e997302b3a70029f30f2d582218c024a8", ZipEntry: "enwik8"),
        ]),
    ];

    /// <summary>The data set of a name.</summary>
    /// <exception cref="GpuLmException">There is none.</exception>
    public static PublicDataset Get(string name) =>
        All.FirstOrDefault(set => set.Name == name)
        ?? throw new GpuLmException($"There is no data set '{name}'. Known are {string.Join(", ", All.Select(set => set.Name))}.");
}
