namespace OneBalance.Web.Data;

/// <summary>Where the product keeps files: databases, the mail pickup folder. Configuration key <c>DataFolder</c>; default <c>data</c> under the content root.</summary>
public sealed class DataFolder(IConfiguration configuration, IHostEnvironment environment)
{
    /// <summary>An absolute path that exists.</summary>
    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(
        environment.ContentRootPath,
        configuration["DataFolder"] is { Length: > 0 } configured ? configured : "data")).FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);
}
