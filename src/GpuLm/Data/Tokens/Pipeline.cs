namespace GpuLm.Data.Tokens;

/// <summary>Work on a stream of items on all processors, with the results in the order of the items and few of them in memory.</summary>
internal static class Pipeline
{
    /// <summary>Reads items on the calling thread, works on several at once, and hands on each result on the calling thread.</summary>
    /// <param name="items">Read one at a time, as there is room.</param>
    /// <param name="work">Called on any thread, for several items at once.</param>
    /// <param name="take">Called in the items' order.</param>
    public static void Run<TItem, TResult>(IEnumerable<TItem> items, Func<TItem, TResult> work, Action<TResult> take)
    {
        int room = 2 * Environment.ProcessorCount;
        var running = new Queue<Task<TResult>>(room);
        foreach (var item in items)
        {
            if (running.Count == room) take(running.Dequeue().GetAwaiter().GetResult());
            running.Enqueue(Task.Run(() => work(item)));
        }
        while (running.TryDequeue(out var result)) take(result.GetAwaiter().GetResult());
    }
}
