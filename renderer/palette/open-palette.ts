/** Who is told that the palette is wanted. */
const listeners = new Set<() => void>();

/** Opens the command palette from anywhere. */
export function openPalette(): void {
  for (const listener of listeners) listener();
}

/** Calls back each time that the palette is wanted, until the returned function is called. */
export function onOpenPalette(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
