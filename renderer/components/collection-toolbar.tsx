import { Button } from '@mantine/core';
import { IconEraser, IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Toolbar } from './toolbar.tsx';

interface CollectionToolbarProps {
  readonly search: ReactNode;
  /** Number of selected rows. */
  readonly selected: number;
  readonly onRemove: () => void;
  readonly onPrune: () => void;
  /** The create button and its label: `New volume`. */
  readonly create: string;
  readonly onCreate: () => void;
  /** Further actions. */
  readonly children?: ReactNode;
}

/** The toolbar above a list whose entries people create and remove. */
export function CollectionToolbar({ selected, children, ...bar }: CollectionToolbarProps) {
  return (
    <Toolbar search={bar.search}>
      {selected > 0 && (
        <Button
          variant="light"
          color="red"
          leftSection={<IconTrash size={16} />}
          onClick={bar.onRemove}
        >
          Remove {selected}…
        </Button>
      )}
      <Button variant="default" leftSection={<IconEraser size={16} />} onClick={bar.onPrune}>
        Remove unused…
      </Button>
      {children}
      <Button leftSection={<IconPlus size={16} />} onClick={bar.onCreate}>
        {bar.create}
      </Button>
    </Toolbar>
  );
}
