// Opens the browser's print dialog for the document in the frame; a browser that keeps its viewer to itself shows it in a tab.
export function print(frame) {
  try {
    frame.contentWindow.focus();
    frame.contentWindow.print();
  } catch {
    window.open(frame.src, "_blank", "noopener");
  }
}
