import type { Terminal } from '@xterm/xterm';

const isMac = navigator.platform.startsWith('Mac');

/**
 * Handles the keys that don't belong to the terminal's process; false for such a key. F6 leaves the
 * terminal. Ctrl+Shift+C copies and Ctrl+Shift+F finds; on a Mac, Cmd works without Shift. The
 * browser pastes.
 */
export function handleKey(xterm: Terminal, event: KeyboardEvent, find: () => void): boolean {
  const chord = isMac ? event.metaKey : event.ctrlKey && event.shiftKey;
  const key = event.key.toLowerCase();
  if (event.key === 'F6') {
    xterm.blur();
    return false;
  }
  if (!chord || (key !== 'c' && key !== 'f' && key !== 'v')) return true;
  // A process must not see the key-up event either.
  if (event.type !== 'keydown' || key === 'v') return false;
  event.preventDefault();
  if (key === 'f') find();
  else if (xterm.hasSelection()) void navigator.clipboard.writeText(xterm.getSelection());
  return false;
}
