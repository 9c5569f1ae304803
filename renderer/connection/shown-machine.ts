const KEY = 'berth.machine';

/** Long enough to answer whether to leave a page with unsaved changes. */
const PATIENCE_MS = 30_000;

/** The VM that this window shows; undefined for the usual one. */
export const shownMachine = (): string | undefined =>
  globalThis.sessionStorage?.getItem(KEY) ?? undefined;

/**
 * Shows another VM in this window. Everything on the page belongs to a VM, so the page loads again;
 * the window asks first if it has unsaved changes.
 */
export function showMachine(name: string): void {
  // If the person keeps the page, it still shows the VM that it did.
  const leave = () => sessionStorage.setItem(KEY, name);
  window.addEventListener('pagehide', leave, { once: true });
  setTimeout(() => window.removeEventListener('pagehide', leave), PATIENCE_MS);
  location.hash = '#/containers';
  location.reload();
}
