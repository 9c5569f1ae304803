/** Uses the browser's storage. Undefined when the browser allows none, or has no room. */
export function unlessRefused<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return undefined;
  }
}
