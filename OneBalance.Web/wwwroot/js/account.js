// For the plain account pages: the switch between the light and the dark look, and buttons that cannot be pressed twice.

document.addEventListener("click", event => {
    const button = event.target.closest("[data-theme-switch]");
    if (button) {
        const root = document.documentElement;
        root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
        document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
        button.setAttribute("aria-label", root.dataset.theme === "dark" ? button.dataset.useLight : button.dataset.useDark);
    }
});

document.addEventListener("submit", event => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") {
        return;
    }

    if (form.dataset.sent) {
        event.preventDefault();
        return;
    }

    form.dataset.sent = "true";
    event.submitter?.setAttribute("aria-busy", "true");
});

// Back must find a form that can be sent again.
addEventListener("pageshow", () => {
    for (const form of document.forms) {
        delete form.dataset.sent;
        form.querySelectorAll("[aria-busy]").forEach(button => button.removeAttribute("aria-busy"));
    }
});
