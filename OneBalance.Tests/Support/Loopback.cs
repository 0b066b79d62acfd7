using System.Net;
using System.Net.Sockets;

namespace OneBalance.Tests.Support;

/// <summary>Free ports of this machine's loopback interface.</summary>
internal static class Loopback
{
    // Below the range the kernel takes ports of outgoing connections from: one of those could take a port between the moment
    // it is found free and the moment a server listens on it, which happened.
    private const int First = 10_000;
    private const int Count = 9_000;

    private static int _next = Random.Shared.Next(Count);

    /// <summary>A port nobody listens on now; this process hands out another one each time.</summary>
    public static int FreePort()
    {
        for (int tries = 0; tries < Count; tries++)
        {
            int port = First + ((Interlocked.Increment(ref _next) & int.MaxValue) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No free port from {First} to {First + Count - 1}.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
