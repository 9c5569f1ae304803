import { useHotkeys } from '@mantine/hooks';
import { useLocation } from 'wouter';
import { PAGES } from '../pages/pages.ts';
import { openPalette } from '../palette/open-palette.ts';
import { showShortcuts } from './show-shortcuts.tsx';

/** Keys that work everywhere but in fields, editors and terminals: those keep all of theirs. */
export function Shortcuts() {
  const [, navigate] = useLocation();
  useHotkeys([
    ['mod+K', openPalette],
    ['shift+?', showShortcuts],
    ...PAGES.slice(0, 9).map(({ path }, index): [string, () => void] => [
      `mod+${index + 1}`,
      () => navigate(path),
    ]),
  ]);
  return null;
}
