using GpuLm.Cli.Training;
using GpuLm.Tests.BadInput;
using Xunit;

namespace GpuLm.Tests.Cli.Watch;

/// <summary>Records on a disk that is full for a while.</summary>
public sealed class RecordFileTests
{
    static byte[] Record(int number) => System.Text.Encoding.ASCII.GetBytes($"{number:000}{new string('.', 996)}\n");

    [Fact]
    public void Records_wait_for_room_and_no_part_of_one_is_left()
    {
        using var folder = new TemporaryFolder();
        using var disk = Linux.SmallDisk(folder["disk"], 64 << 10);
        string path = folder["disk/records"];
        var told = new List<string>();
        using (var file = new RecordFile(path, FileMode.Append, FileShare.ReadWrite, told.Add))
        {
            for (int i = 0; i < 10; i++) file.Append(Record(i));
            using (var other = new FileStream(folder["disk/other"], FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                Assert.Throws<IOException>(() => other.Write(new byte[64 << 10]));
            }
            for (int i = 10; i < 30; i++) file.Append(Record(i));
            string message = Assert.Single(told);
            Assert.Contains("Training goes on", message, StringComparison.Ordinal);
            Assert.InRange(new FileInfo(path).Length, 10_000, 29_000);
            Assert.Equal(0, new FileInfo(path).Length % 1000);
            File.Delete(folder["disk/other"]);
            file.Append(Record(30));
            Assert.Equal(31_000, new FileInfo(path).Length);
        }
        Assert.Equal(Enumerable.Range(0, 31).Select(number => $"{number:000}"), File.ReadLines(path).Select(line => line[..3]));
    }
}
