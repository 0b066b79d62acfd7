using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace OneBalance.Tests.Web.Data.Ledger;

/// <summary>
/// A disk whose power can be cut: a file system of SQLite's (VFS) over the ordinary one, which notes every write and every
/// completed sync. What was synced survives a cut; of what was written since, each write survives whole, torn or not at all.
/// </summary>
/// <remarks>Use it with <c>Vfs=power-loss</c> in the connection string, for files under <see cref="Folder"/>.</remarks>
public sealed unsafe class PowerLossDisk : IDisposable
{
    public const string Vfs = "power-loss";

    private const int SectorSize = 512;

    private static readonly ConcurrentDictionary<string, PowerLossDisk> Disks = [];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, FileOnDisk> _files = [];

    /// <param name="folder">What lies there already is on the disk.</param>
    public PowerLossDisk(string folder)
    {
        Folder = folder;
        foreach (string file in Directory.GetFiles(folder))
        {
            var known = _files[Path.GetFileName(file)] = new FileOnDisk();
            known.Synced.AddRange(File.ReadAllBytes(file));
        }

        FileSystem.Register();
        Disks[folder] = this;
    }

    public string Folder { get; }

    public long Syncs { get; private set; }

    /// <summary>What a cut now would leave, written into another folder.</summary>
    /// <param name="random">Decides what becomes of each write that was not synced.</param>
    public void CutInto(string folder, Random random)
    {
        lock (_lock)
        {
            foreach (var (name, file) in _files)
            {
                File.WriteAllBytes(Path.Combine(folder, name), file.AfterCut(random));
            }
        }
    }

    public void Dispose() => Disks.TryRemove(Folder, out _);

    private static PowerLossDisk? DiskOf(string? path) =>
        path is not null && Disks.TryGetValue(Path.GetDirectoryName(path)!, out var disk) && !path.EndsWith("-shm", StringComparison.Ordinal) ? disk : null;

    private void Note(string path, Change change)
    {
        lock (_lock)
        {
            FileAt(path).Pending.Add(change);
        }
    }

    private void NoteSync(string path)
    {
        lock (_lock)
        {
            FileAt(path).Sync();
            Syncs++;
        }
    }

    private FileOnDisk FileAt(string path)
    {
        string name = Path.GetFileName(path);
        if (!_files.TryGetValue(name, out var file))
        {
            _files.Add(name, file = new FileOnDisk());
        }

        return file;
    }

    /// <param name="Data">Null: cut to the length <paramref name="Offset"/>.</param>
    private sealed record Change(long Offset, byte[]? Data);

    private sealed class FileOnDisk
    {
        public List<byte> Synced { get; } = [];

        public List<Change> Pending { get; } = [];

        public void Sync()
        {
            foreach (var change in Pending)
            {
                Apply(Synced, change);
            }

            Pending.Clear();
        }

        public byte[] AfterCut(Random random)
        {
            var content = new List<byte>(Synced);
            foreach (var change in Pending)
            {
                switch (random.Next(3))
                {
                    case 0:
                        Apply(content, change);
                        break;
                    case 1 when change.Data is { } data:
                        for (int at = 0; at < data.Length; at += SectorSize)
                        {
                            if (random.Next(2) == 0)
                            {
                                Apply(content, new Change(change.Offset + at, data[at..Math.Min(at + SectorSize, data.Length)]));
                            }
                        }

                        break;
                }
            }

            return [.. content];
        }

        private static void Apply(List<byte> content, Change change)
        {
            int end = (int)change.Offset + (change.Data?.Length ?? 0);
            if (change.Data is null)
            {
                CollectionsMarshal.SetCount(content, Math.Min(content.Count, end));
                return;
            }

            if (content.Count < end)
            {
                int length = content.Count;
                CollectionsMarshal.SetCount(content, end);
                CollectionsMarshal.AsSpan(content)[length..].Clear();
            }

            change.Data.CopyTo(CollectionsMarshal.AsSpan(content)[(int)change.Offset..]);
        }
    }

    /// <summary>The VFS: everything is the ordinary one's, but for open, write, truncate, sync and close of the files watched.</summary>
    private static class FileSystem
    {
        private static readonly Lock RegisterLock = new();
        private static readonly ConcurrentDictionary<nint, (PowerLossDisk Disk, string Path)> Open = [];
        private static readonly ConcurrentDictionary<nint, nint> WatchedMethods = [];
        private static SqliteVfs* _ordinary;
        private static SqliteVfs* _watching;
        private static IoMethods _methods;

        public static void Register()
        {
            lock (RegisterLock)
            {
                if (_watching is not null)
                {
                    return;
                }

                // Initialises the library.
                using (var connection = new SqliteConnection("Data Source=:memory:"))
                {
                    connection.Open();
                }

                _ordinary = sqlite3_vfs_find(null);
                _watching = (SqliteVfs*)NativeMemory.AllocZeroed((nuint)sizeof(SqliteVfs));
                *_watching = *_ordinary;
                _watching->Next = null;
                _watching->Name = (byte*)Marshal.StringToCoTaskMemUTF8(Vfs);
                _watching->Open = &OnOpen;
                if (sqlite3_vfs_register(_watching, 0) != 0)
                {
                    throw new InvalidOperationException("SQLite refused the file system.");
                }
            }
        }

        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
        private static int OnOpen(SqliteVfs* vfs, byte* name, SqliteFile* file, int flags, int* outFlags)
        {
            int result = _ordinary->Open(_ordinary, name, file, flags, outFlags);
            string? path = Marshal.PtrToStringUTF8((nint)name);
            if (result == 0 && file->Methods is not null && DiskOf(path) is { } disk)
            {
                Open[(nint)file] = (disk, path!);
                file->Methods = (IoMethods*)WatchedMethods.GetOrAdd((nint)file->Methods, Watch);
            }

            return result;
        }

        /// <summary>The ordinary methods of a kind of file with ours put in. SQLite on Unix has one kind for all that is opened here.</summary>
        private static nint Watch(nint ordinary)
        {
            _methods = *(IoMethods*)ordinary;
            var watched = (IoMethods*)NativeMemory.AllocZeroed((nuint)sizeof(IoMethods));
            *watched = _methods;
            watched->Close = &OnClose;
            watched->Write = &OnWrite;
            watched->Truncate = &OnTruncate;
            watched->Sync = &OnSync;
            return (nint)watched;
        }

        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
        private static int OnWrite(SqliteFile* file, byte* data, int length, long offset)
        {
            int result = _methods.Write(file, data, length, offset);
            if (result == 0 && Open.TryGetValue((nint)file, out var open))
            {
                open.Disk.Note(open.Path, new Change(offset, new ReadOnlySpan<byte>(data, length).ToArray()));
            }

            return result;
        }

        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
        private static int OnTruncate(SqliteFile* file, long size)
        {
            int result = _methods.Truncate(file, size);
            if (result == 0 && Open.TryGetValue((nint)file, out var open))
            {
                open.Disk.Note(open.Path, new Change(size, null));
            }

            return result;
        }

        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
        private static int OnSync(SqliteFile* file, int flags)
        {
            int result = _methods.Sync(file, flags);
            if (result == 0 && Open.TryGetValue((nint)file, out var open))
            {
                open.Disk.NoteSync(open.Path);
            }

            return result;
        }

        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
        private static int OnClose(SqliteFile* file)
        {
            Open.TryRemove((nint)file, out _);
            return _methods.Close(file);
        }

        [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
        private static extern SqliteVfs* sqlite3_vfs_find(byte* name);

        [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
        private static extern int sqlite3_vfs_register(SqliteVfs* vfs, int makeDefault);

        // Layouts of sqlite3_vfs, sqlite3_file and sqlite3_io_methods, version 3 of each.

        [StructLayout(LayoutKind.Sequential)]
        private struct SqliteVfs
        {
            public int Version;
            public int FileSize;
            public int LongestPath;
            public SqliteVfs* Next;
            public byte* Name;
            public nint Data;
            public delegate* unmanaged[Cdecl]<SqliteVfs*, byte*, SqliteFile*, int, int*, int> Open;
            public nint Delete, Access, FullPath, LibraryOpen, LibraryError, LibrarySymbol, LibraryClose, Randomness, Sleep, Time, LastError;
            public nint Time64, SetCall, GetCall, NextCall;
        }

        [StructLayout(LayoutKind.Sequential)]
        private struct SqliteFile
        {
            public IoMethods* Methods;
        }

        [StructLayout(LayoutKind.Sequential)]
        private struct IoMethods
        {
            public int Version;
            public delegate* unmanaged[Cdecl]<SqliteFile*, int> Close;
            public nint Read;
            public delegate* unmanaged[Cdecl]<SqliteFile*, byte*, int, long, int> Write;
            public delegate* unmanaged[Cdecl]<SqliteFile*, long, int> Truncate;
            public delegate* unmanaged[Cdecl]<SqliteFile*, int, int> Sync;
            public nint Size, Lock, Unlock, CheckReserved, Control, Sector, Characteristics, ShmMap, ShmLock, ShmBarrier, ShmUnmap, Fetch, Unfetch;
        }
    }
}
