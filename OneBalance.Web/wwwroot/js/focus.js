// Moves the focus to a field and brings it into view.
export function focusOn(id) {
  const field = document.getElementById(id);
  if (field) {
    field.focus();
    field.scrollIntoView({ block: "center", behavior: "auto" });
  }
}
