import { useHotkeys } from '@mantine/hooks';
import { MOD } from './mod-key.ts';
import { isTerminal, type KeyTarget, takesText } from './text-target.ts';

export interface Shortcut {
  /** As Mantine writes shortcuts: `mod+K`. */
  readonly keys: string;
  readonly run: () => void;
  /** Also works while somebody types, but never in a terminal. The keys must not type anything. */
  readonly whileTyping?: boolean;
}

/**
 * Shortcuts of the page. They work wherever no text is typed: a switch, a slider or a choice keeps
 * the focus after a click, and must not disable the shortcuts.
 */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useHotkeys(
    shortcuts.map(({ keys, run, whileTyping = false }) => [
      keys,
      (event) => {
        const target = (event.target ?? {}) as KeyTarget;
        if (takesText(target) && !(whileTyping && worksWhileTyping(event, target))) return;
        event.preventDefault();
        run();
      },
      { preventDefault: false },
    ]),
    [],
    true,
  );
}

/** On a Mac, Ctrl with a letter moves and deletes in a text: only ⌘ is free for us there. */
const worksWhileTyping = ({ metaKey }: KeyboardEvent, target: KeyTarget) =>
  !isTerminal(target) && (MOD === 'Ctrl' || metaKey);
