using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OneBalance.Tests.Support;

/// <summary>Stands on the line between two programs, passes on every byte and keeps a copy of both directions.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, Loopback.FreePort());
    private readonly CancellationTokenSource _over = new();
    private readonly MemoryStream _recorded = new();
    private readonly ConcurrentBag<Task> _lines = [];
    private readonly int _to;

    public RecordingProxy(int to)
    {
        _to = to;
        _listener.Start();
        _lines.Add(ListenAsync());
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>All bytes so far, in the order of their passing.</summary>
    public byte[] Recorded
    {
        get
        {
            lock (_recorded)
            {
                return _recorded.ToArray();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_lines);
        _over.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                _lines.Add(PassAsync(await _listener.AcceptTcpClientAsync(_over.Token)));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient caller)
    {
        using (caller)
        using (var called = new TcpClient())
        {
            try
            {
                await called.ConnectAsync(IPAddress.Loopback, _to, _over.Token);
                await Task.WhenAny(CopyAsync(caller.GetStream(), called.GetStream()), CopyAsync(called.GetStream(), caller.GetStream()));
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException or SocketException)
            {
                // One side hung up.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        byte[] buffer = new byte[16_384];
        try
        {
            while (await from.ReadAsync(buffer, _over.Token) is > 0 and var read)
            {
                lock (_recorded)
                {
                    _recorded.Write(buffer, 0, read);
                }

                await to.WriteAsync(buffer.AsMemory(0, read), _over.Token);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One side hung up.
        }
    }
}
