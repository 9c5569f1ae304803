import type { Terminal } from '@xterm/xterm';

const isMac = navigator.platform.startsWith('Mac');

/**
 * The keys of a terminal that are not for its process; false for such a key. F6 leaves it.
 * Ctrl+Shift+C copies and Ctrl+Shift+F finds; on a Mac, Cmd does without Shift. Pasting is the
 * browser's.
 */
export function handleKey(xterm: Terminal, event: KeyboardEvent, find: () => void): boolean {
  const chord = isMac ? event.metaKey : event.ctrlKey && event.shiftKey;
  const key = event.key.toLowerCase();
  if (event.key === 'F6') {
    xterm.blur();
    return false;
  }
  if (!chord || (key !== 'c' && key !== 'f' && key !== 'v')) return true;
  // A process may not see the key up either.
  if (event.type !== 'keydown' || key === 'v') return false;
  event.preventDefault();
  if (key === 'f') find();
  else if (xterm.hasSelection()) void navigator.clipboard.writeText(xterm.getSelection());
  return false;
}
