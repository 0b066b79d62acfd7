// What the layout asks of the browser.

export function read() {
    return {
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "",
        dark: document.documentElement.dataset.theme === "dark",
    };
}

export function useTheme(theme) {
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
}

// Not when somebody has chosen another place meanwhile: on a page just loaded anywhere, on one opened from another within it.
export function focusHeading(justLoaded) {
    const heading = document.querySelector("h1");
    const active = document.activeElement ?? document.body;
    const taken = justLoaded ? active !== document.body : active.closest("main, [role=dialog]");
    if (heading && !taken) {
        heading.tabIndex = -1;
        heading.focus();
    }
}
