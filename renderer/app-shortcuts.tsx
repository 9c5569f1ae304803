import { useLocation } from 'wouter';
import { PAGES } from './navigation/pages.ts';
import { openPalette } from './palette/open-palette.ts';
import { showShortcuts } from './shortcuts/show-shortcuts.tsx';
import { useShortcuts } from './shortcuts/use-shortcuts.ts';

/** Keys that work on every page. */
export function Shortcuts() {
  const [, navigate] = useLocation();
  useShortcuts([
    { keys: 'mod+K', run: openPalette, whileTyping: true },
    { keys: 'shift+?', run: showShortcuts },
    ...PAGES.slice(0, 9).map(({ path }, index) => ({
      keys: `mod+${index + 1}`,
      run: () => navigate(path),
    })),
  ]);
  return null;
}
