namespace GpuLm.Lab.Worlds;

/// <summary>
/// What a story has said so far, and whether the next sentence agrees with it. What was never said is unknown and judges nothing, except
/// that people have none of what they were never said to have.
/// </summary>
internal sealed class StoryFacts
{
    private readonly Dictionary<string, string> at = [];
    private readonly Dictionary<string, string> holder = [];
    private readonly Dictionary<string, string> lies = [];
    private readonly Dictionary<(string Person, string Kind), int> counts = [];

    private StorySentence? question;
    private string subject = "", thing = "";

    // The verdict on the sentence being taken: null while nothing decides.
    private bool? agrees;

    /// <summary>Whether the sentence before was a question.</summary>
    public bool IsAsked => question is not null;

    /// <summary>Whom pronouns stood for and what was asked is lost with a sentence that cannot be read.</summary>
    public void Forget() => (question, subject, thing) = (null, "", "");

    /// <summary>Takes the next sentence: true if it agrees with what was said, false if not, null if that cannot be told.</summary>
    public bool? Take(StorySentence sentence)
    {
        agrees = null;
        var asked = question;
        question = null;
        var people = sentence.People.Select(Resolve).ToList();
        string about = sentence.Thing == "it" ? thing : sentence.Thing;
        bool isClear = !people.Contains("") && (sentence.Thing.Length == 0 || about.Length > 0);
        bool isAnswer = sentence.Form is >= StoryForm.Yes and <= StoryForm.NoHas;
        if (!isClear || (asked is null ? isAnswer : !Answers(asked, sentence, people, about))) Check(false);
        if (isClear) Apply(sentence, asked, people, about);
        subject = people.Count == 0 || sentence.Form == StoryForm.AreIn || (sentence.Form == StoryForm.Goes && people.Count > 1)
            ? ""
            : people[0];
        thing = about;
        return agrees;
    }

    // A pronoun stands for the subject of the sentence before, and must fit.
    private string Resolve(string who)
    {
        if (who is not ("he" or "she")) return who;
        if (subject.Length == 0 || StoryWords.People.First(person => person.Name == subject).Pronoun != who) Check(false);
        return subject;
    }

    private void Check(bool? claim)
    {
        if (claim is not null) agrees = agrees != false && claim.Value;
    }

    private void Apply(StorySentence sentence, StorySentence? asked, List<string> people, string about)
    {
        string first = people.FirstOrDefault("");
        switch (sentence.Form)
        {
            case StoryForm.IsIn or StoryForm.NoIsIn when asked?.Form == StoryForm.WhoIsIn:
            case StoryForm.AreIn when asked is not null:
            case StoryForm.NobodyIsIn:
                CheckAllIn(sentence.Place, people);
                break;
            case StoryForm.IsIn or StoryForm.AreIn or StoryForm.NoIsIn:
                foreach (string person in people) Learn(at, person, sentence.Place);
                break;
            case StoryForm.ThingIsIn or StoryForm.NoThingIsIn:
                if (holder.ContainsKey(about)) Check(false);
                else Learn(lies, about, sentence.Place);
                break;
            case StoryForm.Has or StoryForm.NoHas or StoryForm.YesHas:
                if (lies.ContainsKey(about)) Check(false);
                else Learn(holder, about, first);
                break;
            case StoryForm.NobodyHas:
                if (holder.ContainsKey(about) || lies.ContainsKey(about)) Check(!holder.ContainsKey(about));
                break;
            case StoryForm.HasCount when asked is null && !counts.ContainsKey((first, sentence.Kind)):
                counts[(first, sentence.Kind)] = sentence.Count;
                break;
            case StoryForm.HasCount or StoryForm.HasCountNow:
                Check(sentence.Count == CountOf(first, sentence.Kind));
                break;
            case StoryForm.Likes:
                Check(StoryWords.People.First(person => person.Name == first).Likes == sentence.Kind);
                break;
            case StoryForm.Yes:
                Check(at.TryGetValue(first, out string? there) ? there == asked?.Place : null);
                break;
            case >= StoryForm.WhereIsPerson and <= StoryForm.WhatLikes:
                question = sentence;
                break;
            default:
                Happen(sentence, people, first, about);
                break;
        }
    }

    private void Happen(StorySentence sentence, List<string> people, string first, string about)
    {
        switch (sentence.Form)
        {
            case StoryForm.Goes:
                for (int i = 1; i < people.Count; i++) CheckTogether(first, people[i]);
                foreach (string person in people)
                {
                    if (at.TryGetValue(person, out string? before)) Check(before != sentence.Place);
                    at[person] = sentence.Place;
                }
                break;
            case StoryForm.Takes:
                if (holder.ContainsKey(about)) Check(false);
                else if (lies.TryGetValue(about, out string? where) && at.TryGetValue(first, out string? here)) Check(where == here);
                lies.Remove(about);
                holder[about] = first;
                break;
            case StoryForm.PutsDown:
                CheckHolds(first, about);
                holder.Remove(about);
                if (at.TryGetValue(first, out string? place)) lies[about] = place;
                else lies.Remove(about);
                break;
            case StoryForm.GivesThing:
                CheckHolds(first, about);
                CheckTogether(first, people[1]);
                lies.Remove(about);
                holder[about] = people[1];
                break;
            case StoryForm.GivesCount:
                CheckTogether(first, people[1]);
                Remove(first, sentence);
                counts[(people[1], sentence.Kind)] = CountOf(people[1], sentence.Kind) + sentence.Count;
                break;
            case StoryForm.Eats:
                Check(StoryWords.Kinds.First(kind => kind.Many == sentence.Kind).IsFood);
                Remove(first, sentence);
                break;
            case StoryForm.Finds:
                if (at.TryGetValue(first, out string? spot)) Check(spot == sentence.Place);
                counts[(first, sentence.Kind)] = CountOf(first, sentence.Kind) + sentence.Count;
                break;
            case StoryForm.Sees:
                CheckTogether(first, people[1]);
                break;
        }
    }

    // Whether the sentence says what was asked, right or wrong; a "yes" or "no" must also fit what it says.
    private static bool Answers(StorySentence asked, StorySentence sentence, List<string> people, string about)
    {
        string first = people.FirstOrDefault("");
        return asked.Form switch
        {
            StoryForm.WhereIsPerson => sentence.Form == StoryForm.IsIn && first == asked.People[0],
            StoryForm.WhereIsThing => sentence.Form is StoryForm.ThingIsIn or StoryForm.Has && about == asked.Thing,
            StoryForm.WhoHas => sentence.Form is StoryForm.Has or StoryForm.NobodyHas && about == asked.Thing,
            StoryForm.HowMany => sentence.Form == StoryForm.HasCount && first == asked.People[0] && sentence.Kind == asked.Kind,
            StoryForm.IsItIn => first == asked.People[0]
                && (sentence.Form == StoryForm.Yes || (sentence.Form == StoryForm.NoIsIn && sentence.Place != asked.Place)),
            StoryForm.DoesItHave => about == asked.Thing
                && (sentence.Form == StoryForm.NoThingIsIn
                    || (sentence.Form == StoryForm.YesHas && first == asked.People[0])
                    || (sentence.Form == StoryForm.NoHas && first != asked.People[0])),
            StoryForm.WhoIsIn =>
                sentence.Form is StoryForm.IsIn or StoryForm.AreIn or StoryForm.NobodyIsIn && sentence.Place == asked.Place,
            StoryForm.WhatLikes => sentence.Form == StoryForm.Likes && first == asked.People[0],
            _ => true,
        };
    }

    private void Learn(Dictionary<string, string> known, string key, string value)
    {
        if (known.TryGetValue(key, out string? before)) Check(before == value);
        else known[key] = value;
    }

    private void CheckAllIn(string place, List<string> people)
    {
        if (people.TrueForAll(at.ContainsKey) && at.Count > 0)
        {
            Check(at.Where(entry => entry.Value == place).Select(entry => entry.Key).ToHashSet().SetEquals(people));
        }
    }

    private void CheckHolds(string person, string about)
    {
        if (holder.TryGetValue(about, out string? who)) Check(who == person);
        else if (lies.ContainsKey(about)) Check(false);
    }

    private void CheckTogether(string person, string other)
    {
        if (person == other) Check(false);
        else if (at.TryGetValue(person, out string? here) && at.TryGetValue(other, out string? there)) Check(here == there);
    }

    private int CountOf(string person, string kind) => counts.GetValueOrDefault((person, kind));

    private void Remove(string person, StorySentence sentence)
    {
        int left = CountOf(person, sentence.Kind) - sentence.Count;
        Check(left >= 0);
        counts[(person, sentence.Kind)] = Math.Max(0, left);
    }
}
