/** Callbacks that open the palette. */
const listeners = new Set<() => void>();

/** Opens the command palette from anywhere. */
export function openPalette(): void {
  for (const listener of listeners) listener();
}

/** Calls back each time the palette is opened, until the returned function is called. */
export function onOpenPalette(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
