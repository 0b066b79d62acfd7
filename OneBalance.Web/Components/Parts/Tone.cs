namespace OneBalance.Web.Components.Parts;

/// <summary>How a message or state is meant.</summary>
public enum Tone
{
    Neutral,
    Info,
    Success,
    Warning,
    Error,
}
