import type { PruneItem } from '../../electron/api/disk.ts';
import { formatBytes } from '../format/bytes.ts';
import { shortId } from '../images/image-name.ts';
import classes from './prune-form.module.css';

interface PruneItemsProps {
  readonly label: string;
  readonly items: readonly PruneItem[];
}

/** What a prune removes or keeps, with sizes. */
export function PruneItems({ label, items }: PruneItemsProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard.
    <ul className={classes.items} aria-label={label} tabIndex={0}>
      {items.map(({ name, size }) => (
        <li key={name}>
          {name.startsWith('sha256:') ? shortId(name) : name} · {formatBytes(size)}
        </li>
      ))}
    </ul>
  );
}
