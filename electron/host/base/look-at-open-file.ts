const lookMs = 250;

/**
 * Calls `look` regularly where the system doesn't report changes of a file that its writer keeps open.
 * Windows reports a change only when the writer closes the file, and hypervisors never do. Returns a
 * function that ends the calls.
 */
export function lookAtOpenFile(
  look: () => void,
  platform: NodeJS.Platform = process.platform,
): () => void {
  if (platform !== 'win32') return () => {};
  const timer = setInterval(look, lookMs).unref();
  return () => clearInterval(timer);
}
