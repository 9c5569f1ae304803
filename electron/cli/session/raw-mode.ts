import type { Input } from '../context.ts';

/** Switches the terminal to raw mode. The returned function restores its mode. */
export function rawMode(input: Input): () => void {
  if (!input.isTTY || !input.setRawMode) return () => {};
  input.setRawMode(true);
  return () => input.setRawMode?.(false);
}
