using GpuLm.Data;

namespace GpuLm.Lab.Worlds;

/// <summary>
/// Tells a story: draws a scene, says what it is, lets things happen, asks and answers. Everything it says is true of the scene at that
/// moment. A pronoun stands for the subject of the sentence before, "it" for that sentence's thing.
/// </summary>
internal sealed partial class StoryTeller
{
    private static readonly byte[][] Names = StoryText.Bytes(StoryWords.People.Select(person => person.Name));
    private static readonly byte[][] Pronouns = StoryText.Bytes(StoryWords.People.Select(person => person.Pronoun));
    private static readonly byte[][] Likings = StoryText.Bytes(StoryWords.People.Select(person => person.Likes));
    private static readonly byte[][] Places = StoryText.Bytes(StoryWords.Places);
    private static readonly byte[][] Numbers = StoryText.Bytes(StoryWords.Numbers);
    private static readonly byte[][] Singulars = StoryText.Bytes(StoryWords.Kinds.Select(kind => kind.One));
    private static readonly byte[][] Plurals = StoryText.Bytes(StoryWords.Kinds.Select(kind => kind.Many));
    private static readonly byte[][] WithArticles = StoryText.Bytes(
        StoryWords.Kinds.Select(kind => $"{StoryWords.Article(kind.One)} {kind.One}"));
    private static readonly byte[][] Things = StoryText.Bytes(AllThings());
    private static readonly byte[][] ThingsWithArticles = StoryText.Bytes(
        AllThings().Select(thing => $"{StoryWords.Article(thing)} {thing}"));
    private static readonly byte[][] Weather = StoryText.Bytes(StoryWords.Weather);
    private static readonly byte[][] Feelings = StoryText.Bytes(StoryWords.Feelings);
    private static readonly byte[][] Doings = StoryText.Bytes(StoryWords.Doings);

    private readonly StoryScene scene = new();
    private readonly StoryText text = new();
    private CounterRandom random;

    // Whom a pronoun and what "it" would stand for in the next sentence; -1: nobody, nothing.
    private int lastSubject, lastThing;

    /// <summary>Tells the story that the random numbers decide. It is valid until the next.</summary>
    public ReadOnlySpan<byte> Tell(CounterRandom from)
    {
        random = from;
        text.Clear();
        scene.Draw(ref random);
        (lastSubject, lastThing) = (-1, -1);
        Open();
        int events = 2 + Below(4);
        for (int i = 0; i < events; i++)
        {
            Happen();
            if (Below(5) < 2) Ask();
        }
        Ask();
        if (Below(3) == 0) text.Add(Below(2) == 0 ? "they all go home"u8 : "it was a good day"u8).End('.');
        text.EndStory();
        return text.Written;
    }

    private static IEnumerable<string> AllThings() =>
        StoryWords.Attributes.SelectMany(attribute => StoryWords.Things.Select(thing => $"{attribute} {thing}"));

    private void Open()
    {
        if (Below(3) == 0) text.Add("it is a "u8).Add(Of(Weather)).Add(" day"u8).End('.');
        for (int person = 0; person < scene.People; person++)
        {
            if (person + 1 < scene.People && scene.AreTogether(person, person + 1))
            {
                text.Add(Name(person)).Add(" and "u8).Add(Name(person + 1)).Add(" are in the "u8).Add(Place(scene.At[person]));
                End(-1, -1);
                TellBelongings(person);
                TellBelongings(++person);
            }
            else
            {
                Subject(person).Add(" is in the "u8).Add(Place(scene.At[person]));
                End(person, -1);
                TellBelongings(person);
            }
        }
        for (int thing = 0; thing < scene.Things; thing++)
        {
            if (scene.Holder[thing] != StoryScene.Nobody) continue;
            text.Add("there is "u8).Add(ThingsWithArticles[scene.Thing[thing]]).Add(" in the "u8).Add(Place(scene.Lies[thing]));
            End(-1, thing);
        }
    }

    private void TellBelongings(int person)
    {
        for (int thing = 0; thing < scene.Things; thing++)
        {
            if (scene.Holder[thing] != person) continue;
            Subject(person).Add(" has "u8).Add(ThingsWithArticles[scene.Thing[thing]]);
            End(person, thing);
        }
        for (int kind = 0; kind < scene.Kinds; kind++)
        {
            if (scene.Count[person, kind] == 0) continue;
            Subject(person).Add(" has "u8);
            AddSome(kind, scene.Count[person, kind]);
            End(person, -1);
        }
        if (Below(6) == 0)
        {
            Subject(person).Add(" likes "u8).Add(Likings[scene.Person[person]]);
            End(person, -1);
        }
    }

    private int Below(int count) => (int)random.Below(count);

    private byte[] Of(byte[][] words) => words[Below(words.Length)];

    private byte[] Name(int person) => Names[scene.Person[person]];

    private byte[] Place(int place) => Places[scene.Place[place]];

    /// <summary>A person's name, or half the time, where that is clear, the pronoun.</summary>
    private StoryText Subject(int person) =>
        text.Add(person == lastSubject && Below(2) == 0 ? Pronouns[scene.Person[person]] : Name(person));

    /// <summary>The thing, or half the time, where that is clear, "it".</summary>
    private StoryText AddThing(int thing) =>
        thing == lastThing && Below(2) == 0 ? text.Add("it"u8) : text.Add("the "u8).Add(Things[scene.Thing[thing]]);

    /// <summary>A number of a kind, for instance "no eggs", "one egg", "two eggs".</summary>
    private void AddCount(int kind, int count) =>
        text.Add(Numbers[count]).Add(" "u8).Add((count == 1 ? Singulars : Plurals)[scene.Kind[kind]]);

    /// <summary>As <see cref="AddCount"/>, but one is "an egg" half the time.</summary>
    private void AddSome(int kind, int count)
    {
        if (count == 1 && Below(2) == 0) text.Add(WithArticles[scene.Kind[kind]]);
        else AddCount(kind, count);
    }

    private void End(int subject, int thing, char mark = '.')
    {
        text.End(mark);
        (lastSubject, lastThing) = (subject, thing);
    }

    /// <summary>Ends a sentence in which two people act: a pronoun that both could be stands for neither.</summary>
    private void EndWithTwo(int subject, int other, int thing)
    {
        bool clear = StoryWords.People[scene.Person[subject]].Pronoun != StoryWords.People[scene.Person[other]].Pronoun;
        End(clear ? subject : -1, thing);
    }
}
