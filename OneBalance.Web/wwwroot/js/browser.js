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

// Not when somebody has chosen a place on the opened page meanwhile.
export function focusHeading() {
    const heading = document.querySelector("h1");
    if (heading && !document.activeElement?.closest("main, [role=dialog]")) {
        heading.tabIndex = -1;
        heading.focus();
    }
}
