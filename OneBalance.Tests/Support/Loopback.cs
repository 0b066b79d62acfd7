using System.Net;
using System.Net.Sockets;

namespace OneBalance.Tests.Support;

/// <summary>Free ports of this machine's loopback interface.</summary>
internal static class Loopback
{
    /// <summary>A port nobody listens on now; the kernel hands out another one each time.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
