using System.Globalization;
using OneBalance.Web.Data;

namespace OneBalance.Bench;

/// <summary><c>--name value</c> pairs.</summary>
internal sealed class Options(IReadOnlyDictionary<string, string> values)
{
    public DatabaseProvider Database => Text("database", "sqlite") switch
    {
        "sqlite" => DatabaseProvider.Sqlite,
        "postgres" => DatabaseProvider.Postgres,
        var other => throw new ArgumentException($"--database sqlite|postgres, not {other}"),
    };

    public static Options Parse(string[] args)
    {
        var values = new Dictionary<string, string>();
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            values[args[i].TrimStart('-')] = args[i + 1];
        }

        return new Options(values);
    }

    public string? Text(string name) => values.GetValueOrDefault(name);

    public string Text(string name, string otherwise) => values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        values.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
