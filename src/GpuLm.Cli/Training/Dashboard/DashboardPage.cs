namespace GpuLm.Cli.Training.Dashboard;

/// <summary>A file of the page, which lies in this assembly.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Content">Its bytes.</param>
sealed record DashboardPage(string Type, byte[] Content)
{
    const string Start = "index.html";

    /// <summary>The file of an address's path, <c>/</c> for the page itself; nothing where there is none.</summary>
    public static DashboardPage? Find(string path)
    {
        string name = path == "/" ? Start : path.TrimStart('/');
        using var stream = typeof(DashboardPage).Assembly.GetManifestResourceStream($"dashboard/{name}");
        if (stream is null) return null;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new DashboardPage($"{TypeOf(name)}; charset=utf-8", content);
    }

    static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html",
        ".js" => "text/javascript",
        ".css" => "text/css",
        _ => "text/plain",
    };
}
