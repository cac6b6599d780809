using System.Buffers;
using GpuLm.Data;
using GpuLm.Tokenization;

namespace GpuLm.Lab.Worlds;

/// <summary>
/// Generated English stories about a small world: 20 people, 14 places, 160 things, 18 kinds of what is counted. A story keeps a hidden
/// scene (who is where, who holds what, who has how many), tells what happens in it, and asks and answers questions about it, so what is
/// said later follows from what was said before: "Anna has three apples. She gives an apple to Ben. Now Anna has two apples. Where is Ben?
/// He is in the park." Some facts hold in all stories: who is she or he, and what a person likes.
/// <para>
/// There is no end to them: the scenes of three people, three places, two things and two kinds alone are 20*19*18 * 14*13*12 * 160*159 *
/// 18*17 = 10^14 before anyone stands anywhere, holds or counts anything, and every event multiplies them by ten or more. A story is a
/// function of (stream, index), 64 bits of it.
/// </para>
/// </summary>
/// <remarks>An instance is used by one thread at a time; it allocates nothing once warm.</remarks>
public sealed class StoryWorld : ITextGenerator
{
    // So many show every word of the world hundreds of times.
    private const int LearnedStories = 10_000;

    private readonly StoryTeller teller = new();

    /// <summary>The characters that stories consist of.</summary>
    public static string Alphabet { get; } = "\n ,.?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>
    /// Endless stories to train on, each row of a batch its own run of them; the held-out stories come from streams that never train.
    /// </summary>
    /// <param name="tokenizer">
    /// What <see cref="TokenizerSpec"/> understands; <c>char</c> has the characters of <see cref="Alphabet"/>, and <c>bpe:N</c> learns from
    /// stories.
    /// </param>
    /// <exception cref="GpuLmException">There is no tokenizer of that name.</exception>
    public static StreamDataset Dataset(string tokenizer = "byte") =>
        StreamDataset.Create(
            new StoryWorld(),
            Tokenizers.Create(tokenizer, tokenizer == "char" ? [System.Text.Encoding.ASCII.GetBytes(Alphabet)] : StoriesToLearnFrom()));

    private static IEnumerable<ReadOnlyMemory<byte>> StoriesToLearnFrom()
    {
        var world = new StoryWorld();
        for (long index = 0; index < LearnedStories; index++)
        {
            var story = new ArrayBufferWriter<byte>();
            world.Write(0, index, story);
            yield return story.WrittenMemory;
        }
    }

    /// <inheritdoc/>
    /// <summary>Appends a story: sentences separated by spaces, then an empty line.</summary>
    public void Write(ulong stream, long index, IBufferWriter<byte> text) => text.Write(teller.Tell(new CounterRandom(stream, index)));
}
