using MudBlazor;

namespace OneBalance.Web.Components;

/// <summary>
/// The colour tokens for MudBlazor. The same values stand in wwwroot/app.css for the plain pages; a test compares them.
/// Contrast on their surfaces is at least 4.5 to 1.
/// </summary>
public static class Theme
{
    private static readonly string[] Font = ["Inter", "system-ui", "-apple-system", "Segoe UI", "sans-serif"];

    public static MudTheme Create()
    {
        var theme = new MudTheme
        {
            PaletteLight = new PaletteLight
            {
                Primary = "#4338ca",
                PrimaryContrastText = "#ffffff",
                PrimaryDarken = "#3730a3",
                Secondary = "#3730a3",
                SecondaryContrastText = "#ffffff",
                Tertiary = "#4338ca",
                TertiaryContrastText = "#ffffff",
                Success = "#2e7d32",
                SuccessContrastText = "#ffffff",
                Warning = "#b45309",
                WarningContrastText = "#ffffff",
                Error = "#c62828",
                ErrorContrastText = "#ffffff",
                Info = "#01579b",
                InfoContrastText = "#ffffff",
                Background = "#f7f7fb",
                BackgroundGray = "#efeff6",
                Surface = "#ffffff",
                TextPrimary = "#1d1b33",
                TextSecondary = "#58566b",
                TextDisabled = "#6f6d80",
                ActionDefault = "#58566b",
                ActionDisabled = "#6f6d80",
                ActionDisabledBackground = "#e3e2ee",
                Divider = "#e3e2ee",
                DividerLight = "#efeff6",
                LinesDefault = "#e3e2ee",
                LinesInputs = "#8a889c",
                TableLines = "#e3e2ee",
                TableHover = "#f3f3fa",
                AppbarBackground = "#f7f7fb",
                AppbarText = "#1d1b33",
                DrawerBackground = "#f7f7fb",
                DrawerText = "#1d1b33",
                DrawerIcon = "#58566b",
            },
            PaletteDark = new PaletteDark
            {
                Primary = "#a5a0ff",
                PrimaryContrastText = "#1b1a2e",
                PrimaryDarken = "#c2beff",
                Secondary = "#c2beff",
                SecondaryContrastText = "#1b1a2e",
                Tertiary = "#a5a0ff",
                TertiaryContrastText = "#1b1a2e",
                Success = "#66d18f",
                SuccessContrastText = "#10251a",
                Warning = "#ffb84d",
                WarningContrastText = "#2b1d06",
                Error = "#ff8a80",
                ErrorContrastText = "#330d0a",
                Info = "#7cc4ff",
                InfoContrastText = "#0a2233",
                Background = "#23242b",
                BackgroundGray = "#2a2b33",
                Surface = "#32333d",
                TextPrimary = "#f1f1f5",
                TextSecondary = "#b6b7bd",
                TextDisabled = "#a0a1aa",
                ActionDefault = "#b6b7bd",
                ActionDisabled = "#a0a1aa",
                ActionDisabledBackground = "#474955",
                Divider = "#474955",
                DividerLight = "#3c3d48",
                LinesDefault = "#474955",
                LinesInputs = "#9a9ba6",
                TableLines = "#474955",
                TableHover = "#3a3b46",
                TableStriped = "#383943",
                Skeleton = "#474955",
                AppbarBackground = "#23242b",
                AppbarText = "#f1f1f5",
                DrawerBackground = "#23242b",
                DrawerText = "#f1f1f5",
                DrawerIcon = "#b6b7bd",
            },
            LayoutProperties = new LayoutProperties { DefaultBorderRadius = "10px" },
            Typography = new Typography
            {
                Default = new DefaultTypography { FontFamily = Font, LetterSpacing = "0" },
                H1 = new H1Typography { FontFamily = Font, FontSize = "1.875rem", FontWeight = "600", LineHeight = "1.2", LetterSpacing = "-0.02em" },
                H2 = new H2Typography { FontFamily = Font, FontSize = "1.1875rem", FontWeight = "600", LineHeight = "1.25", LetterSpacing = "-0.02em" },
                H3 = new H3Typography { FontFamily = Font, FontSize = "1rem", FontWeight = "600", LineHeight = "1.3", LetterSpacing = "-0.01em" },
                H4 = new H4Typography { FontFamily = Font, FontSize = "1.75rem", FontWeight = "600", LineHeight = "1.2", LetterSpacing = "-0.02em" },
                H5 = new H5Typography { FontFamily = Font, FontSize = "1.375rem", FontWeight = "600", LineHeight = "1.25", LetterSpacing = "-0.02em" },
                H6 = new H6Typography { FontFamily = Font, FontSize = "1.125rem", FontWeight = "600", LineHeight = "1.3", LetterSpacing = "-0.01em" },
                Subtitle1 = new Subtitle1Typography { FontFamily = Font, LetterSpacing = "0" },
                Subtitle2 = new Subtitle2Typography { FontFamily = Font, FontWeight = "600", LetterSpacing = "0" },
                Body1 = new Body1Typography { FontFamily = Font, LetterSpacing = "0" },
                Body2 = new Body2Typography { FontFamily = Font, FontSize = "0.9375rem", LetterSpacing = "0" },
                Button = new ButtonTypography { FontFamily = Font, FontSize = "0.9375rem", FontWeight = "600", LetterSpacing = "0", TextTransform = "none" },
                Caption = new CaptionTypography { FontFamily = Font, FontSize = "0.8125rem", LetterSpacing = "0" },
                Overline = new OverlineTypography { FontFamily = Font, LetterSpacing = "0.04em" },
            },
        };
        theme.Shadows.Elevation[1] = "0 0 0 1px var(--ob-line), var(--ob-shadow)";
        return theme;
    }
}
