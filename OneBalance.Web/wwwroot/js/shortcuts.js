// Keys that press what carries them as aria-keyshortcuts: what is not on the page, or not for this person, has no key.
// Not while somebody types or a dialog is open; and a single key must be possible to turn off (WCAG 2.1.4).

document.addEventListener("keydown", event => {
    if (event.defaultPrevented || event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey
        || !shortcutsAreOn() || isTypedInto(event.target) || document.querySelector("[role=dialog], dialog[open]")) {
        return;
    }
    const wanted = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
    if (wanted) {
        event.preventDefault();
        wanted.matches("input") ? wanted.focus() : wanted.click();
    }
});

export function shortcutsAreOn() {
    return localStorage.getItem("shortcuts") !== "off";
}

export function useShortcuts(on) {
    on ? localStorage.removeItem("shortcuts") : localStorage.setItem("shortcuts", "off");
}

function isTypedInto(target) {
    return target.isContentEditable || (target.matches?.("input, textarea, select") && !target.matches("[type=checkbox], [type=radio], [type=button], [type=submit]"));
}
