// Runs before the first paint: the chosen look, or else the system's, is put on the page and told to the server by a cookie.
// Another tells it the time zone, so that the next page has its times right from the first byte.
(() => {
    const root = document.documentElement;
    const chosen = /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1];
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    root.dataset.theme = chosen ?? system;
    document.cookie = `system-theme=${system}; path=/; max-age=31536000; samesite=lax`;
    document.cookie = `time-zone=${Intl.DateTimeFormat().resolvedOptions().timeZone ?? ""}; path=/; max-age=31536000; samesite=lax`;
})();
