using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace OneBalance.Tests.Support;

/// <summary>A mail server that takes every mail over a real connection, keeps it, and misbehaves when told to.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, Loopback.FreePort());
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentQueue<MimeMessage> _taken = new();
    private readonly ConcurrentBag<Task> _work = [];
    private int _asked;
    private int _hungUp;

    public SmtpSink()
    {
        _listener.Start();
        _work.Add(ListenAsync());
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Every mail that was taken, as often as it was.</summary>
    public IReadOnlyList<MimeMessage> Taken => [.. _taken];

    /// <summary>How many mails were handed over, taken or not.</summary>
    public int Asked => _asked;

    /// <summary>How often it took a mail without saying so.</summary>
    public int HungUp => _hungUp;

    /// <summary>What happens to the n-th mail that is handed over, from 1.</summary>
    public Func<int, SmtpAnswer> Answers { get; set; } = _ => SmtpAnswer.Takes;

    /// <summary>Until so many different mails have come.</summary>
    public async Task WaitForAsync(int different)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Taken.Select(mail => mail.MessageId).Distinct().Count() < different)
        {
            await Task.Delay(50, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_work);
        _over.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                _work.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_over.Token)));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient caller)
    {
        using (caller)
        {
            try
            {
                // Latin-1 keeps every byte of the mail as it came.
                using var reader = new StreamReader(caller.GetStream(), Encoding.Latin1);
                await using var writer = new StreamWriter(caller.GetStream(), Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 sink");
                while (await reader.ReadLineAsync(_over.Token) is { } line)
                {
                    switch (line.Split(' ', ':')[0].ToUpperInvariant())
                    {
                        case "EHLO":
                            await writer.WriteLineAsync("250-sink");
                            await writer.WriteLineAsync("250 8BITMIME");
                            break;
                        case "DATA":
                            await writer.WriteLineAsync("354 go on");
                            if (!await TakeAsync(reader, writer))
                            {
                                return;
                            }

                            break;
                        case "QUIT":
                            await writer.WriteLineAsync("221 bye");
                            return;
                        default:
                            await writer.WriteLineAsync("250 ok");
                            break;
                    }
                }
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException)
            {
                // The caller hung up.
            }
        }
    }

    /// <returns>False when the line is dropped.</returns>
    private async Task<bool> TakeAsync(StreamReader reader, StreamWriter writer)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(_over.Token) is { } line && line != ".")
        {
            mail.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        }

        var answer = Answers(Interlocked.Increment(ref _asked));
        if (answer is not (SmtpAnswer.Refuses or SmtpAnswer.RefusesForGood))
        {
            _taken.Enqueue(await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(mail.ToString())), _over.Token));
        }

        if (answer == SmtpAnswer.TakesAndHangsUp)
        {
            Interlocked.Increment(ref _hungUp);
            return false;
        }

        await writer.WriteLineAsync(answer switch
        {
            SmtpAnswer.Refuses => "451 not now",
            SmtpAnswer.RefusesForGood => "550 never",
            _ => "250 taken",
        });
        return answer != SmtpAnswer.TakesAndIsGone;
    }
}

internal enum SmtpAnswer
{
    Takes,

    /// <summary>For the moment: the sender is to try again.</summary>
    Refuses,

    /// <summary>There is no such reader, or none who wants it.</summary>
    RefusesForGood,

    /// <summary>Says that it took the mail, and hangs up without a word of parting.</summary>
    TakesAndIsGone,

    /// <summary>The sender never hears that the mail was taken.</summary>
    TakesAndHangsUp,
}
