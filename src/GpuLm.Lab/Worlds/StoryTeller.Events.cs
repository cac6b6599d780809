namespace GpuLm.Lab.Worlds;

internal sealed partial class StoryTeller
{
    /// <summary>Lets something happen that the scene allows, and tells it.</summary>
    private void Happen()
    {
        // Every draw has its chance again until one is possible; someone can always move.
        while (!TryHappen())
        {
        }
    }

    private bool TryHappen()
    {
        int person = Below(scene.People), other = Below(scene.People), thing = Below(scene.Things), kind = Below(scene.Kinds);
        return Below(16) switch
        {
            0 or 1 or 2 => Move(person),
            3 => MoveTogether(person, other),
            4 or 5 => Take(person, thing),
            6 => PutDown(thing),
            7 or 8 or 9 => GiveThing(thing, other),
            10 or 11 => GiveSome(person, other, kind),
            12 => Eat(person, kind),
            13 => Find(person, kind),
            14 => See(person, other),
            _ => Feel(person),
        };
    }

    private bool Move(int person)
    {
        scene.At[person] = OtherPlace(scene.At[person]);
        Subject(person).Add(Below(3) switch { 0 => " goes to the "u8, 1 => " walks to the "u8, _ => " runs to the "u8 }).Add(
            Place(scene.At[person]));
        End(person, -1);
        return true;
    }

    private bool MoveTogether(int person, int other)
    {
        if (!scene.AreTogether(person, other)) return false;
        scene.At[person] = scene.At[other] = OtherPlace(scene.At[person]);
        text.Add(Name(person)).Add(" and "u8).Add(Name(other));
        text.Add(Below(3) switch { 0 => " go to the "u8, 1 => " walk to the "u8, _ => " run to the "u8 }).Add(Place(scene.At[person]));
        End(-1, -1);
        return true;
    }

    private bool Take(int person, int thing)
    {
        if (scene.Holder[thing] != StoryScene.Nobody || scene.Lies[thing] != scene.At[person]) return false;
        scene.Holder[thing] = person;
        if (Below(2) == 0) AddVerbAndThing(person, " picks"u8, " up"u8, thing);
        else AddVerbAndThing(person, " takes"u8, ""u8, thing);
        End(person, thing);
        return true;
    }

    private bool PutDown(int thing)
    {
        int person = scene.Holder[thing];
        if (person == StoryScene.Nobody) return false;
        scene.Holder[thing] = StoryScene.Nobody;
        scene.Lies[thing] = scene.At[person];
        if (Below(2) == 0) AddVerbAndThing(person, " puts"u8, " down"u8, thing);
        else AddVerbAndThing(person, " drops"u8, ""u8, thing);
        End(person, thing);
        if (Below(3) == 0)
        {
            text.Add("now "u8);
            AddThing(thing).Add(" is in the "u8).Add(Place(scene.Lies[thing]));
            End(-1, thing);
        }
        return true;
    }

    private bool GiveThing(int thing, int other)
    {
        int person = scene.Holder[thing];
        if (person == StoryScene.Nobody || !scene.AreTogether(person, other)) return false;
        scene.Holder[thing] = other;
        Subject(person).Add(" gives "u8);
        if (Below(3) == 0) text.Add(Name(other)).Add(" the "u8).Add(Things[scene.Thing[thing]]);
        else AddThing(thing).Add(" to "u8).Add(Name(other));
        EndWithTwo(person, other, thing);
        if (Below(3) == 0)
        {
            text.Add("now "u8);
            Subject(other).Add(" has "u8);
            AddThing(thing);
            End(other, thing);
        }
        return true;
    }

    private bool GiveSome(int person, int other, int kind)
    {
        if (!scene.AreTogether(person, other) || scene.Count[person, kind] == 0) return false;
        int count = 1 + Below(Math.Min(3, scene.Count[person, kind]));
        if (scene.Count[other, kind] + count > StoryScene.MostOfAKind) return false;
        scene.Count[person, kind] -= count;
        scene.Count[other, kind] += count;
        Subject(person).Add(" gives "u8);
        if (Below(3) == 0)
        {
            text.Add(Name(other)).Add(" "u8);
            AddSome(kind, count);
        }
        else
        {
            AddSome(kind, count);
            text.Add(" to "u8).Add(Name(other));
        }
        EndWithTwo(person, other, -1);
        if (Below(2) == 0) TellCount(Below(3) == 0 ? other : person, kind);
        return true;
    }

    private bool Eat(int person, int kind)
    {
        if (!StoryWords.Kinds[scene.Kind[kind]].IsFood || scene.Count[person, kind] == 0) return false;
        int count = 1 + Below(Math.Min(2, scene.Count[person, kind]));
        scene.Count[person, kind] -= count;
        Subject(person).Add(" eats "u8);
        AddSome(kind, count);
        End(person, -1);
        if (Below(2) == 0) TellCount(person, kind);
        return true;
    }

    private bool Find(int person, int kind)
    {
        int count = 1 + Below(3);
        if (scene.Count[person, kind] + count > StoryScene.MostOfAKind) return false;
        scene.Count[person, kind] += count;
        Subject(person).Add(" finds "u8);
        AddSome(kind, count);
        text.Add(" in the "u8).Add(Place(scene.At[person]));
        End(person, -1);
        if (Below(2) == 0) TellCount(person, kind);
        return true;
    }

    private bool See(int person, int other)
    {
        if (!scene.AreTogether(person, other)) return false;
        Subject(person).Add(" sees "u8).Add(Name(other));
        EndWithTwo(person, other, -1);
        return true;
    }

    private bool Feel(int person)
    {
        if (Below(2) == 0) Subject(person).Add(" is "u8).Add(Of(Feelings));
        else Subject(person).Add(" "u8).Add(Of(Doings));
        End(person, -1);
        return true;
    }

    private void TellCount(int person, int kind)
    {
        int form = Below(3);
        if (form == 0) text.Add("now "u8);
        Subject(person).Add(" has "u8);
        AddCount(kind, scene.Count[person, kind]);
        if (form == 1) text.Add(" now"u8);
        End(person, -1);
    }

    /// <summary>"She picks up the red ball", but "she picks it up".</summary>
    private void AddVerbAndThing(int person, ReadOnlySpan<byte> verb, ReadOnlySpan<byte> particle, int thing)
    {
        Subject(person).Add(verb);
        if (thing == lastThing && Below(2) == 0) text.Add(" it"u8).Add(particle);
        else text.Add(particle).Add(" the "u8).Add(Things[scene.Thing[thing]]);
    }

    private int OtherPlace(int place) => (place + 1 + Below(StoryScene.MostPlaces - 1)) % StoryScene.MostPlaces;
}
