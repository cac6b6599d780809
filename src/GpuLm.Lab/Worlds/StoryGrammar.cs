namespace GpuLm.Lab.Worlds;

/// <summary>What a sentence of the story world says: the form it has, and what its slots hold.</summary>
internal sealed class StorySentence(StoryForm form)
{
    public StoryForm Form { get; } = form;

    /// <summary>The people of its slots in order, names or pronouns.</summary>
    public List<string> People { get; } = [];

    public string Place { get; set; } = "";

    /// <summary>The thing, or "it".</summary>
    public string Thing { get; set; } = "";

    public int Count { get; set; }

    /// <summary>What is counted or liked: a plural.</summary>
    public string Kind { get; set; } = "";
}

/// <summary>What the sentences of a form mean.</summary>
internal enum StoryForm
{
    Nothing, IsIn, AreIn, ThingIsIn, Has, HasCount, HasCountNow, Likes, Goes, Takes, PutsDown, GivesThing, GivesCount, Eats, Finds, Sees,
    WhereIsPerson, WhereIsThing, WhoHas, HowMany, IsItIn, DoesItHave, WhoIsIn, WhatLikes, Yes, YesHas, NoIsIn, NoThingIsIn, NoHas,
    NobodyHas, NobodyIsIn,
}

/// <summary>
/// The sentences of the story world as patterns. Slots: {name}, {who} a name or pronoun, {people} two names or more, {place}, {thing} "the
/// red ball" or "it", {it}, {the thing}, {a thing} "a red ball", {count} "no apples" to "ten apples", {some} the same from one on, or "an
/// apple", {kind} a plural.
/// </summary>
internal static class StoryGrammar
{
    private static readonly (string[] Words, char Mark, StoryForm Form)[] Patterns =
    [
        .. StoryWords.Weather.Select(weather => Pattern($"it is a {weather} day.", StoryForm.Nothing)),
        .. StoryWords.Feelings.Select(feeling => Pattern($"{{who}} is {feeling}.", StoryForm.Nothing)),
        .. StoryWords.Doings.Select(doing => Pattern($"{{who}} {doing}.", StoryForm.Nothing)),
        Pattern("they all go home.", StoryForm.Nothing),
        Pattern("it was a good day.", StoryForm.Nothing),
        Pattern("{who} is in the {place}.", StoryForm.IsIn),
        Pattern("{people} are in the {place}.", StoryForm.AreIn),
        Pattern("{thing} is in the {place}.", StoryForm.ThingIsIn),
        Pattern("now {thing} is in the {place}.", StoryForm.ThingIsIn),
        Pattern("there is {a thing} in the {place}.", StoryForm.ThingIsIn),
        Pattern("{who} has {a thing}.", StoryForm.Has),
        Pattern("{who} has {thing}.", StoryForm.Has),
        Pattern("now {who} has {thing}.", StoryForm.Has),
        Pattern("{who} has {count}.", StoryForm.HasCount),
        Pattern("{who} has {some}.", StoryForm.HasCount),
        Pattern("{who} has {count} now.", StoryForm.HasCountNow),
        Pattern("now {who} has {count}.", StoryForm.HasCountNow),
        Pattern("{who} likes {kind}.", StoryForm.Likes),
        .. new[] { "goes", "walks", "runs" }.Select(verb => Pattern($"{{who}} {verb} to the {{place}}.", StoryForm.Goes)),
        .. new[] { "go", "walk", "run" }.Select(verb => Pattern($"{{people}} {verb} to the {{place}}.", StoryForm.Goes)),
        Pattern("{who} takes {thing}.", StoryForm.Takes),
        Pattern("{who} picks up {the thing}.", StoryForm.Takes),
        Pattern("{who} picks {it} up.", StoryForm.Takes),
        Pattern("{who} drops {thing}.", StoryForm.PutsDown),
        Pattern("{who} puts down {the thing}.", StoryForm.PutsDown),
        Pattern("{who} puts {it} down.", StoryForm.PutsDown),
        Pattern("{who} gives {thing} to {name}.", StoryForm.GivesThing),
        Pattern("{who} gives {name} {the thing}.", StoryForm.GivesThing),
        Pattern("{who} gives {some} to {name}.", StoryForm.GivesCount),
        Pattern("{who} gives {name} {some}.", StoryForm.GivesCount),
        Pattern("{who} eats {some}.", StoryForm.Eats),
        Pattern("{who} finds {some} in the {place}.", StoryForm.Finds),
        Pattern("{who} sees {name}.", StoryForm.Sees),
        Pattern("where is {name}?", StoryForm.WhereIsPerson),
        Pattern("where is {the thing}?", StoryForm.WhereIsThing),
        Pattern("who has {the thing}?", StoryForm.WhoHas),
        Pattern("how many {kind} does {name} have?", StoryForm.HowMany),
        Pattern("is {name} in the {place}?", StoryForm.IsItIn),
        Pattern("does {name} have {the thing}?", StoryForm.DoesItHave),
        Pattern("who is in the {place}?", StoryForm.WhoIsIn),
        Pattern("what does {name} like?", StoryForm.WhatLikes),
        Pattern("yes, {who} is.", StoryForm.Yes),
        Pattern("yes, {who} has {thing}.", StoryForm.YesHas),
        Pattern("no, {who} is in the {place}.", StoryForm.NoIsIn),
        Pattern("no, {thing} is in the {place}.", StoryForm.NoThingIsIn),
        Pattern("no, {who} has {thing}.", StoryForm.NoHas),
        Pattern("nobody has {thing}.", StoryForm.NobodyHas),
        Pattern("nobody is in the {place}.", StoryForm.NobodyIsIn),
    ];

    private static readonly HashSet<string> Names = [.. StoryWords.People.Select(person => person.Name)];
    private static readonly HashSet<string> Places = [.. StoryWords.Places];
    private static readonly HashSet<string> Attributes = [.. StoryWords.Attributes];
    private static readonly HashSet<string> Things = [.. StoryWords.Things];
    private static readonly Dictionary<string, string> PluralOf = StoryWords.Kinds.ToDictionary(kind => kind.One, kind => kind.Many);
    private static readonly Dictionary<string, int> NumberOf =
        StoryWords.Numbers.Index().ToDictionary(number => number.Item, number => number.Index);
    private static readonly HashSet<string> Plurals = [.. StoryWords.Kinds.Select(kind => kind.Many)];

    /// <summary>What a sentence with its mark says; null if it is none of the story world.</summary>
    public static StorySentence? Parse(string sentence)
    {
        if (sentence.Length < 2 || !char.IsAsciiLetterUpper(sentence[0])) return null;
        var words = sentence[..^1].Split(' ');
        if (!Names.Contains(words[0].TrimEnd(','))) words[0] = char.ToLowerInvariant(words[0][0]) + words[0][1..];
        foreach (var (pattern, mark, form) in Patterns)
        {
            if (mark == sentence[^1] && Match(pattern, words, form) is { } parsed) return parsed;
        }
        return null;
    }

    // "{a thing}" is one slot: its space is not a separator.
    private static (string[] Words, char Mark, StoryForm Form) Pattern(string text, StoryForm form)
    {
        string slots = text.Replace("{a thing}", "{a-thing}", StringComparison.Ordinal)
            .Replace("{the thing}", "{the-thing}", StringComparison.Ordinal);
        return (slots[..^1].Split(' '), text[^1], form);
    }

    private static StorySentence? Match(string[] pattern, string[] words, StoryForm form)
    {
        var sentence = new StorySentence(form);
        var rest = new ArraySegment<string>(words);
        foreach (string item in pattern)
        {
            int used = item[0] == '{' ? Slot(item, rest, sentence) : rest.Count > 0 && rest[0] == item ? 1 : 0;
            if (used == 0) return null;
            rest = rest[used..];
        }
        return rest.Count == 0 ? sentence : null;
    }

    // The words that fill the slot; 0 where they do not.
    private static int Slot(string slot, ArraySegment<string> words, StorySentence sentence)
    {
        string first = words.Count > 0 ? words[0] : "", second = words.Count > 1 ? words[1] : "", third = words.Count > 2 ? words[2] : "";
        switch (slot)
        {
            case "{name}" or "{who}":
                if (!Names.Contains(first) && (slot == "{name}" || first is not ("he" or "she"))) return 0;
                sentence.People.Add(first);
                return 1;
            case "{people}":
                return People(words, sentence);
            case "{place}":
                sentence.Place = first;
                return Places.Contains(first) ? 1 : 0;
            case "{it}" or "{thing}" when first == "it":
                sentence.Thing = first;
                return 1;
            case "{thing}" or "{the-thing}" or "{a-thing}":
                sentence.Thing = $"{second} {third}";
                bool article = slot == "{a-thing}" ? second.Length > 0 && first == StoryWords.Article(second) : first == "the";
                return article && Attributes.Contains(second) && Things.Contains(third) ? 3 : 0;
            case "{kind}":
                sentence.Kind = first;
                return Plurals.Contains(first) ? 1 : 0;
            case "{it}":
                return 0;
            default:
                return Count(slot, first, second, sentence);
        }
    }

    private static int Count(string slot, string number, string noun, StorySentence sentence)
    {
        int count = NumberOf.GetValueOrDefault(number, -1);
        bool isArticle = number is "a" or "an" && slot == "{some}" && PluralOf.ContainsKey(noun) && number == StoryWords.Article(noun);
        if (isArticle) count = 1;
        if (count < (slot == "{some}" ? 1 : 0)) return 0;
        sentence.Count = count;
        sentence.Kind = count == 1 ? PluralOf.GetValueOrDefault(noun, "") : Plurals.Contains(noun) ? noun : "";
        return sentence.Kind.Length > 0 ? 2 : 0;
    }

    // "Anna and Ben", "Anna, Ben and Mia": different names.
    private static int People(ArraySegment<string> words, StorySentence sentence)
    {
        int used = 0;
        while (used < words.Count && words[used].EndsWith(',') && Names.Contains(words[used][..^1]))
        {
            sentence.People.Add(words[used++][..^1]);
        }
        if (used + 2 >= words.Count || !Names.Contains(words[used]) || words[used + 1] != "and" || !Names.Contains(words[used + 2]))
        {
            return 0;
        }
        sentence.People.Add(words[used]);
        sentence.People.Add(words[used + 2]);
        return sentence.People.Distinct().Count() == sentence.People.Count ? used + 3 : 0;
    }
}
