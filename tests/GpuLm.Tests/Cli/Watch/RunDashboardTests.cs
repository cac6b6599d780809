using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using GpuLm.Cli.Training.Dashboard;
using GpuLm.Training;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>What the dashboard answers to a browser, and to whom it does not.</summary>
public sealed class RunDashboardTests : IDisposable
{
    readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(30) };

    public void Dispose() => client.Dispose();

    async Task<JsonElement> Ask(RunDashboard dashboard, string query = "")
    {
        string text = await client.GetStringAsync($"{dashboard.Address}run.json{query}", TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    static int[] Steps(JsonElement state) =>
        [.. state.GetProperty("points").GetProperty("step").EnumerateArray().Select(step => step.GetInt32())];

    [Fact]
    public async Task The_page_and_its_parts_are_served_with_nothing_from_elsewhere()
    {
        using var dashboard = DashboardExample.Open(steps: 0);
        foreach (var (path, type) in (IEnumerable<(string, string)>)
            [("", "text/html"), ("dashboard.js", "text/javascript"), ("dashboard.css", "text/css"),
                ("uPlot.iife.min.js", "text/javascript"), ("uPlot.min.css", "text/css"), ("uPlot.LICENSE.txt", "text/plain")])
        {
            using var response = await client.GetAsync(dashboard.Address + path, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        }
        string page = await client.GetStringAsync(dashboard.Address, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_gets_everything_once()
    {
        using var dashboard = DashboardExample.Open(steps: 10);
        DashboardExample.AddSamples(dashboard);
        var first = await Ask(dashboard);
        Assert.Equal("running", first.GetProperty("state").GetString());
        Assert.Equal(Enumerable.Range(1, 10), Steps(first));
        Assert.Equal(DashboardExample.Loss(10), first.GetProperty("points").GetProperty("loss")[9].GetSingle());
        Assert.Equal(3, first.GetProperty("samples").GetArrayLength());
        Assert.Equal("Anna has an early cat.", first.GetProperty("samples")[0].GetProperty("text").GetString());
        Assert.Equal("Saved step 200.", first.GetProperty("message").GetString());
        Assert.Equal(0.025, first.GetProperty("done").GetDouble());
        dashboard.OnStep(DashboardExample.Report(11));
        var second = await Ask(dashboard, "?stride=1&after=10&samples=2");
        Assert.Equal([11], Steps(second));
        Assert.Equal(1, second.GetProperty("samples").GetArrayLength());
        Assert.Equal(first.GetProperty("run").GetString(), second.GetProperty("run").GetString());
    }

    [Fact]
    public async Task Steps_that_were_not_applied_are_counted_and_what_is_not_finite_is_valid_json()
    {
        using var dashboard = DashboardExample.Open(steps: 1);
        dashboard.OnStep(DashboardExample.Report(2) with { Loss = float.NaN, FlopsUtilization = double.NaN, Skipped = 1 });
        var state = await Ask(dashboard);
        Assert.Equal(JsonValueKind.Null, state.GetProperty("points").GetProperty("loss")[1].ValueKind);
        Assert.Equal(JsonValueKind.Null, state.GetProperty("points").GetProperty("utilization")[1].ValueKind);
        var skipped = state.GetProperty("figures").EnumerateArray()
            .Single(figure => figure.GetProperty("name").GetString() == "steps not applied");
        Assert.Equal("1", skipped.GetProperty("value").GetString());
    }

    [Fact]
    public async Task What_an_earlier_process_did_is_in_the_charts_but_not_in_the_progress()
    {
        using var dashboard = DashboardExample.Open(steps: 0);
        dashboard.Remember(DashboardExample.Report(1));
        var state = await Ask(dashboard);
        Assert.Equal([1], Steps(state));
        Assert.Equal(0, state.GetProperty("done").GetDouble());
    }

    [Fact]
    public async Task A_page_that_is_open_hears_of_the_end()
    {
        var dashboard = DashboardExample.Open(DashboardExample.Steps);
        Assert.Equal("running", (await Ask(dashboard)).GetProperty("state").GetString());
        var end = Task.Run(dashboard.Dispose, TestContext.Current.CancellationToken);
        string? state = "running";
        while (state == "running") state = (await Ask(dashboard)).GetProperty("state").GetString();
        await end;
        Assert.Equal("finished", state);
        await Assert.ThrowsAsync<HttpRequestException>(() => Ask(dashboard));
    }

    [Fact]
    public async Task Another_host_name_finds_nothing()
    {
        using var dashboard = DashboardExample.Open(steps: 1);
        foreach (string path in (string[])["", "run.json"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, dashboard.Address + path);
            request.Headers.Host = $"attacker.example:{new Uri(dashboard.Address).Port}";
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.False(response.IsSuccessStatusCode);
            string answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("device", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET", "nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "..%2f..%2fetc%2fpasswd", HttpStatusCode.NotFound)]
    [InlineData("POST", "run.json", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "run.json?stride=x&after=-1&samples=99999999999", HttpStatusCode.OK)]
    public async Task Odd_requests_are_answered_plainly(string method, string path, HttpStatusCode status)
    {
        using var dashboard = DashboardExample.Open(steps: 1);
        using var request = new HttpRequestMessage(new HttpMethod(method), dashboard.Address + path);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public void It_listens_on_the_loopback_address_alone()
    {
        using var dashboard = DashboardExample.Open(steps: 0);
        int port = new Uri(dashboard.Address).Port;
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => listener.Port == port);
        Assert.Equal(IPAddress.Loopback, Assert.Single(listeners).Address);
    }

    [Fact]
    public void A_port_in_use_is_one_message_with_a_remedy()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        var error = Assert.Throws<GpuLmException>(() => new RunDashboard(port));
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("--dashboard another port", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_that_do_not_read_hold_nobody_up()
    {
        using var dashboard = DashboardExample.Open(DashboardExample.Steps, new TrainingOptions { Steps = 1_000_000 });
        var address = new Uri(dashboard.Address);
        byte[] request = Encoding.ASCII.GetBytes($"GET /run.json HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n");
        var stalled = new List<TcpClient>();
        for (int i = 0; i < 20; i++)
        {
            stalled.Add(new TcpClient { ReceiveBufferSize = 1024 });
            await stalled[i].ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            var stream = stalled[i].GetStream();
            for (int repeat = 0; repeat < 20; repeat++) await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        }
        dashboard.OnStep(DashboardExample.Report(DashboardExample.Steps + 1));
        Assert.Contains(DashboardExample.Steps + 1, Steps(await Ask(dashboard)));
        foreach (var one in stalled) one.Dispose();
    }
}
