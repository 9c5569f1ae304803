import '@mantine/spotlight/styles.css';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useAreCommandsLoading, useCommands } from './use-commands.tsx';

const [store, palette] = createSpotlight();

/** Number of commands that are shown at once. */
const LIMIT = 40;

/** Opens again whenever `openings` grows. */
export default function Palette({ openings }: { readonly openings: number }) {
  useEffect(() => {
    if (openings > 0) palette.open();
  }, [openings]);
  const isLoading = useAreCommandsLoading();
  return (
    <Spotlight
      store={store}
      actions={useCommands()}
      shortcut={null}
      limit={LIMIT}
      scrollable
      attributes={{ content: { 'aria-label': 'Command palette' } }}
      maxHeight={420}
      // Dimmed text would be unreadable on the chosen command.
      styles={{ actionDescription: { color: 'inherit', opacity: 1 } }}
      nothingFound={isLoading ? 'Loading…' : 'No matches'}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: 'e.g. stop web',
        'aria-label': 'Command',
      }}
    />
  );
}
