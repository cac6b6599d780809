using System.CommandLine;
using GpuLm.Data.Fetching;

namespace GpuLm.Cli.Data;

/// <summary><c>gpulm data fetch</c>: downloads a public data set.</summary>
static class FetchCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "The data set; 'gpulm data list' shows them.", HelpName = "NAME" };
        var folder = new Option<string>("--out") { Description = "Folder to put it in. Default: data/NAME.", HelpName = "DIR" };
        var mirror = new Option<Uri>("--mirror")
        {
            Description = "Another server, which has the same files under the same paths.", HelpName = "URL", CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https") return address;
                result.AddError($"--mirror takes the address of a server, such as https://example.org; '{text}' is not one.");
                return null;
            },
        };
        var command = new Command(
            "fetch", "Downloads a public data set. What was interrupted is gone on with, and the files are checked against their SHA-256.")
        {
            name, folder, mirror,
        };
        command.SetAction(parsed =>
        {
            var set = PublicDatasets.Get(parsed.GetValue(name)!);
            Fetch(set, parsed.GetValue(folder) ?? Path.Combine("data", set.Name), parsed.GetValue(mirror), terminal);
            return CommandLine.Success;
        });
        return command;
    }

    static void Fetch(PublicDataset set, string folder, Uri? mirror, Terminal terminal)
    {
        using var fetcher = new DatasetFetcher { Mirror = mirror };
        foreach (var file in set.Files)
        {
            terminal.Out.WriteLine($"{file.Name}: {Units.Bytes(file.Bytes)} from {(mirror ?? file.Address).Host}");
            var (path, wasThere) = ByteProgressView.Show(
                terminal, file.Name, onProgress => fetcher.FetchAsync(file, folder, onProgress).GetAwaiter().GetResult());
            terminal.Out.WriteLine($"{path}: {(wasThere ? "was there" : "fetched")}, SHA-256 {file.Sha256[..16]}... as it should be");
        }
        terminal.Out.WriteLine($"Try: gpulm train --text {folder}");
    }
}
