namespace OneBalance.Core.Support;

/// <summary>What somebody may do at support's desk: each includes those before it.</summary>
public enum DeskRole
{
    None = 0,

    /// <summary>Works at the desk.</summary>
    Support = 1,

    /// <summary>Also says who works there.</summary>
    Supervisor = 2,
}
