using System.Globalization;
using System.Text.Json;

namespace GpuLm.Cli.Bench;

/// <summary>Asks a dashboard for what is new, once a second, as its page does in a browser.</summary>
sealed class PageReader : IDisposable
{
    static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(1);
    readonly HttpClient client = new();
    readonly CancellationTokenSource end = new();
    readonly string address;
    readonly Task reading;
    volatile bool reads;
    int answers, stride, after;

    public PageReader(string address)
    {
        this.address = address;
        reading = Task.Run(Read);
    }

    /// <summary>Whether it asks now.</summary>
    public bool Reads
    {
        get => reads;
        set => reads = value;
    }

    /// <summary>Answers so far.</summary>
    public int Answers => Volatile.Read(ref answers);

    public void Dispose()
    {
        end.Cancel();
        reading.Wait();
        client.Dispose();
        end.Dispose();
    }

    /// <summary>Asks once, now.</summary>
    public async Task Ask()
    {
        string query = string.Create(CultureInfo.InvariantCulture, $"{address}run.json?stride={stride}&after={after}&samples=0");
        using var answer = JsonDocument.Parse(await client.GetByteArrayAsync(query));
        stride = answer.RootElement.GetProperty("stride").GetInt32();
        var steps = answer.RootElement.GetProperty("points").GetProperty("step");
        if (steps.GetArrayLength() > 0) after = steps[steps.GetArrayLength() - 1].GetInt32();
        Interlocked.Increment(ref answers);
    }

    async Task Read()
    {
        while (!end.IsCancellationRequested)
        {
            if (reads) await Ask();
            await Task.Delay(BetweenQuestions, end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
