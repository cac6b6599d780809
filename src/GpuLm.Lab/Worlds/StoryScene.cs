using GpuLm.Data;

namespace GpuLm.Lab.Worlds;

/// <summary>
/// The hidden state of a story: who and what it is about, where everyone is, who holds what, who has how many. People, places, things and
/// kinds are numbered within the story from 0; the arrays give their numbers in <see cref="StoryWords"/>.
/// </summary>
internal sealed class StoryScene
{
    public const int MostPeople = 3, MostPlaces = 3, MostThings = 2, MostKinds = 2, MostOfAKind = 10;

    /// <summary>In <see cref="Holder"/>: nobody.</summary>
    public const int Nobody = -1;

    public int People { get; private set; }

    public int Things { get; private set; }

    public int Kinds { get; private set; }

    public int[] Person { get; } = new int[MostPeople];

    public int[] Place { get; } = new int[MostPlaces];

    /// <summary>A thing's number is its attribute's times the number of nouns, plus its noun's.</summary>
    public int[] Thing { get; } = new int[MostThings];

    public int[] Kind { get; } = new int[MostKinds];

    /// <summary>The place at which a person is.</summary>
    public int[] At { get; } = new int[MostPeople];

    /// <summary>The person who holds a thing, or <see cref="Nobody"/>.</summary>
    public int[] Holder { get; } = new int[MostThings];

    /// <summary>The place at which a thing lies that nobody holds.</summary>
    public int[] Lies { get; } = new int[MostThings];

    /// <summary>How many of a kind a person has.</summary>
    public int[,] Count { get; } = new int[MostPeople, MostKinds];

    /// <summary>Draws a new story's scene.</summary>
    public void Draw(ref CounterRandom random)
    {
        People = 2 + (int)random.Below(MostPeople - 1);
        Things = 1 + (int)random.Below(MostThings);
        Kinds = 1 + (int)random.Below(MostKinds);
        Distinct(ref random, Person.AsSpan(0, People), StoryWords.People.Count);
        Distinct(ref random, Place, StoryWords.Places.Count);
        Distinct(ref random, Thing.AsSpan(0, Things), StoryWords.Attributes.Count * StoryWords.Things.Count);
        Distinct(ref random, Kind.AsSpan(0, Kinds), StoryWords.Kinds.Count);
        for (int person = 0; person < People; person++) At[person] = (int)random.Below(MostPlaces);
        for (int thing = 0; thing < Things; thing++)
        {
            Holder[thing] = random.Below(2) == 0 ? Nobody : (int)random.Below(People);
            Lies[thing] = (int)random.Below(MostPlaces);
        }
        Array.Clear(Count);
        for (int kind = 0; kind < Kinds; kind++)
        {
            int first = (int)random.Below(People);
            Count[first, kind] = 1 + (int)random.Below(6);
            if (random.Below(3) == 0) Count[(first + 1) % People, kind] = 1 + (int)random.Below(4);
        }
    }

    public bool AreTogether(int person, int other) => person != other && At[person] == At[other];

    private static void Distinct(ref CounterRandom random, Span<int> drawn, int count)
    {
        for (int i = 0; i < drawn.Length; i++)
        {
            do drawn[i] = (int)random.Below(count);
            while (drawn[..i].Contains(drawn[i]));
        }
    }
}
