// Of two answers to “where is it?” the later hand counts: what comes late from the network moves no pin that was dragged.

/**
 * @param {{addEventListener: HTMLElement["addEventListener"]}[]} fields whose every change is somebody's word
 * @returns {() => () => boolean} begins a question; what it returns says whether nobody has spoken since
 */
export function lastWord(fields) {
  let words = 0;
  for (const field of fields) field.addEventListener("input", () => (words += 1));
  return () => {
    const mine = (words += 1);
    return () => mine === words;
  };
}
