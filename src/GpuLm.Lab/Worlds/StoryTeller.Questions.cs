namespace GpuLm.Lab.Worlds;

internal sealed partial class StoryTeller
{
    /// <summary>Asks something about the scene and answers it.</summary>
    private void Ask()
    {
        int person = Below(scene.People), thing = Below(scene.Things), kind = Below(scene.Kinds), place = Below(StoryScene.MostPlaces);
        switch (Below(11))
        {
            case 0 or 1:
                AskWhereThingIs(thing);
                break;
            case 2 or 3:
                text.Add("where is "u8).Add(Name(person));
                End(person, -1, '?');
                TellPlace(person);
                break;
            case 4:
                AskWhoHas(thing);
                break;
            case 5 or 6:
                text.Add("how many "u8).Add(Plurals[scene.Kind[kind]]).Add(" does "u8).Add(Name(person)).Add(" have"u8);
                End(person, -1, '?');
                Subject(person).Add(" has "u8);
                AddCount(kind, scene.Count[person, kind]);
                End(person, -1);
                break;
            case 7:
                AskWhetherIn(person, place);
                break;
            case 8:
                AskWhetherHas(person, thing);
                break;
            case 9:
                AskWhoIsIn(place);
                break;
            default:
                text.Add("what does "u8).Add(Name(person)).Add(" like"u8);
                End(person, -1, '?');
                Subject(person).Add(" likes "u8).Add(Likings[scene.Person[person]]);
                End(person, -1);
                break;
        }
    }

    private void AskWhereThingIs(int thing)
    {
        text.Add("where is the "u8).Add(Things[scene.Thing[thing]]);
        End(-1, thing, '?');
        TellWhereThingIs(thing);
    }

    private void AskWhoHas(int thing)
    {
        text.Add("who has the "u8).Add(Things[scene.Thing[thing]]);
        End(-1, thing, '?');
        if (scene.Holder[thing] == StoryScene.Nobody)
        {
            text.Add("nobody has "u8);
            AddThing(thing);
            End(-1, thing);
        }
        else TellWhereThingIs(thing);
    }

    private void AskWhetherIn(int person, int place)
    {
        text.Add("is "u8).Add(Name(person)).Add(" in the "u8).Add(Place(place));
        End(person, -1, '?');
        if (scene.At[person] == place)
        {
            text.Add("yes, "u8);
            Subject(person).Add(" is"u8);
            End(person, -1);
        }
        else
        {
            text.Add("no, "u8);
            TellPlace(person);
        }
    }

    private void AskWhetherHas(int person, int thing)
    {
        text.Add("does "u8).Add(Name(person)).Add(" have the "u8).Add(Things[scene.Thing[thing]]);
        End(person, thing, '?');
        text.Add(scene.Holder[thing] == person ? "yes, "u8 : "no, "u8);
        TellWhereThingIs(thing);
    }

    private void AskWhoIsIn(int place)
    {
        text.Add("who is in the "u8).Add(Place(place));
        End(-1, -1, '?');
        int there = 0, told = 0, last = -1;
        for (int person = 0; person < scene.People; person++)
        {
            if (scene.At[person] == place) there++;
        }
        if (there == 0) text.Add("nobody"u8);
        for (int person = 0; person < scene.People; person++)
        {
            if (scene.At[person] != place) continue;
            if (told > 0) text.Add(told == there - 1 ? " and "u8 : ", "u8);
            text.Add(Name(person));
            last = person;
            told++;
        }
        text.Add(there > 1 ? " are in the "u8 : " is in the "u8).Add(Place(place));
        End(there == 1 ? last : -1, -1);
    }

    private void TellPlace(int person)
    {
        Subject(person).Add(" is in the "u8).Add(Place(scene.At[person]));
        End(person, -1);
    }

    /// <summary>Says who has a thing, or, where nobody has it, where it is.</summary>
    private void TellWhereThingIs(int thing)
    {
        int person = scene.Holder[thing];
        if (person == StoryScene.Nobody)
        {
            AddThing(thing).Add(" is in the "u8).Add(Place(scene.Lies[thing]));
            End(-1, thing);
        }
        else
        {
            Subject(person).Add(" has "u8);
            AddThing(thing);
            End(person, thing);
        }
    }
}
