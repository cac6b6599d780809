namespace GpuLm.Lab.Worlds;

/// <summary>A person of the story world.</summary>
/// <param name="Name">Names are unique.</param>
/// <param name="Pronoun"><c>he</c> or <c>she</c>.</param>
/// <param name="Likes">What the person likes, in every story: the plural of a food.</param>
public sealed record StoryPerson(string Name, string Pronoun, string Likes);

/// <summary>Something that is counted.</summary>
/// <param name="One">Its singular.</param>
/// <param name="Many">Its plural.</param>
/// <param name="IsFood">Whether people eat it.</param>
public sealed record StoryKind(string One, string Many, bool IsFood);

/// <summary>The words of the story world that stand for something: who and what there is in it.</summary>
public static class StoryWords
{
    /// <summary>The people.</summary>
    public static IReadOnlyList<StoryPerson> People { get; } =
    [
        new("Anna", "she", "apples"), new("Ben", "he", "pears"), new("Mia", "she", "plums"), new("Tom", "he", "eggs"),
        new("Lily", "she", "cakes"),
        new("Sam", "he", "nuts"), new("Lucy", "she", "carrots"), new("Max", "he", "oranges"), new("Nora", "she", "cookies"),
        new("Jack", "he", "berries"),
        new("Emma", "she", "pears"), new("Leo", "he", "apples"), new("Ruby", "she", "eggs"), new("Finn", "he", "plums"),
        new("Zoe", "she", "nuts"),
        new("Hugo", "he", "cakes"), new("Ella", "she", "oranges"), new("Paul", "he", "carrots"), new("Rosa", "she", "berries"),
        new("Adam", "he", "cookies"),
    ];

    /// <summary>The places; people and things are in them.</summary>
    public static IReadOnlyList<string> Places { get; } =
        ["garden", "kitchen", "park", "barn", "forest", "shop", "library", "attic", "school", "house", "yard", "hall", "tower", "market"];

    /// <summary>What is counted. Those that are food come first.</summary>
    public static IReadOnlyList<StoryKind> Kinds { get; } =
    [
        new("apple", "apples", true), new("pear", "pears", true), new("plum", "plums", true), new("egg", "eggs", true),
        new("cake", "cakes", true),
        new("nut", "nuts", true), new("carrot", "carrots", true), new("orange", "oranges", true), new("cookie", "cookies", true),
        new("berry", "berries", true), new("coin", "coins", false), new("stone", "stones", false), new("shell", "shells", false),
        new("button", "buttons", false), new("leaf", "leaves", false), new("feather", "feathers", false), new("acorn", "acorns", false),
        new("marble", "marbles", false),
    ];

    /// <summary>Single things; with an attribute they are told apart: the red ball, the old ball.</summary>
    public static IReadOnlyList<string> Things { get; } =
        ["ball", "hat", "kite", "box", "cup", "book", "key", "lamp", "bag", "doll", "drum", "boat", "bell", "coat", "rope", "clock"];

    /// <summary>The attributes of things.</summary>
    public static IReadOnlyList<string> Attributes { get; } =
        ["red", "blue", "green", "yellow", "black", "white", "old", "new", "big", "small"];

    /// <summary>The numbers as they stand before a plural or singular: no, one, ... ten.</summary>
    public static IReadOnlyList<string> Numbers { get; } =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

    /// <summary>What a day is like.</summary>
    public static IReadOnlyList<string> Weather { get; } = ["sunny", "warm", "cold", "rainy", "windy", "quiet"];

    /// <summary>What a person feels.</summary>
    public static IReadOnlyList<string> Feelings { get; } = ["happy", "tired", "glad", "hungry", "sleepy"];

    /// <summary>What a person does that changes nothing.</summary>
    public static IReadOnlyList<string> Doings { get; } = ["smiles", "laughs", "sings", "waits", "dances"];

    /// <summary>The indefinite article before a word of this world: it has none whose first letter and first sound differ.</summary>
    public static string Article(string word) => word[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a";
}
