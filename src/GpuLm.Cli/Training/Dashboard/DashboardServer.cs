using System.Collections.Specialized;
using System.Net;
using System.Net.Sockets;

namespace GpuLm.Cli.Training.Dashboard;

/// <summary>The data of an answer.</summary>
/// <param name="Json">What is sent.</param>
/// <param name="Sent">Runs when it has been sent.</param>
sealed record DashboardAnswer(byte[] Json, Action Sent);

/// <summary>
/// Serves the page and its data on 127.0.0.1. A request that names another host than 127.0.0.1 finds nothing, so no other web site can read
/// the data by a name of its own that leads here.
/// </summary>
sealed class DashboardServer : IDisposable
{
    const int Attempts = 10;
    const string DataPath = "/run.json";

    /// <summary>The page takes nothing from elsewhere, and texts of a model can never become scripts.</summary>
    const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";

    readonly HttpListener listener;
    readonly Func<NameValueCollection, DashboardAnswer> data;

    /// <summary>Listens, and answers from now on.</summary>
    /// <param name="port">The port; 0 takes any that is free.</param>
    /// <param name="data">What <c>run.json</c> answers to a query. Called from any thread.</param>
    /// <exception cref="GpuLmException">The port cannot be used.</exception>
    public DashboardServer(int port, Func<NameValueCollection, DashboardAnswer> data)
    {
        this.data = data;
        (listener, Address) = Listen(port);
        _ = Task.Run(Answer);
    }

    /// <summary>The page's address.</summary>
    public string Address { get; }

    /// <inheritdoc/>
    public void Dispose() => listener.Close();

    static (HttpListener Listener, string Address) Listen(int port)
    {
        for (int attempt = 1; ; attempt++)
        {
            string address = $"http://{IPAddress.Loopback}:{(port == 0 ? FreePort() : port)}/";
            var listener = new HttpListener { Prefixes = { address } };
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException e) when (port != 0 || attempt == Attempts)
            {
                throw new GpuLmException(
                    $"The dashboard cannot listen at {address}: {e.Message}. "
                    + "Give --dashboard another port, or 0 for any that is free.", e);
            }
            catch (HttpListenerException)
            {
                // Another program took the port that was free a moment ago.
            }
        }
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    async Task Answer()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => Answer(context));
        }
    }

    async Task Answer(HttpListenerContext context)
    {
        var (request, response) = (context.Request, context.Response);
        try
        {
            response.Headers["Content-Security-Policy"] = ContentPolicy;
            response.Headers["X-Content-Type-Options"] = "nosniff";
            response.Headers["Cache-Control"] = "no-store";
            string path = request.Url?.AbsolutePath ?? "";
            if (request.HttpMethod != "GET") Refuse(response, HttpStatusCode.MethodNotAllowed);
            else if (path == DataPath)
            {
                var answer = data(request.QueryString);
                await Send(response, "application/json", answer.Json);
                answer.Sent();
            }
            else if (DashboardPage.Find(path) is { } file) await Send(response, file.Type, file.Content);
            else Refuse(response, HttpStatusCode.NotFound);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The browser left before it had everything.
            response.Abort();
        }
    }

    static async Task Send(HttpListenerResponse response, string type, byte[] content)
    {
        response.ContentType = type;
        response.ContentLength64 = content.Length;
        await response.OutputStream.WriteAsync(content);
        response.Close();
    }

    static void Refuse(HttpListenerResponse response, HttpStatusCode status)
    {
        response.StatusCode = (int)status;
        response.Close();
    }
}
