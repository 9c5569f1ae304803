import { CloseButton, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import type { ISearchOptions, SearchAddon } from '@xterm/addon-search';
import { useEffect, useState } from 'react';
import { IconButton } from '../components/icon-button.tsx';
import classes from './terminal.module.css';

const OPTIONS: ISearchOptions = {
  decorations: {
    matchBackground: '#d0a13b',
    activeMatchBackground: '#e5c36b',
    matchOverviewRuler: '#d0a13b',
    activeMatchColorOverviewRuler: '#e5c36b',
  },
};

interface TerminalSearchProps {
  readonly search: SearchAddon;
  readonly onClose: () => void;
}

/**
 * Finds text in a terminal, from the end upwards. Enter finds the next match, Escape closes the
 * search.
 */
export function TerminalSearch({ search, onClose }: TerminalSearchProps) {
  const [query, setQuery] = useState('');
  const [found, setFound] = useState({ resultIndex: -1, resultCount: 0 });
  useEffect(() => {
    const results = search.onDidChangeResults(setFound);
    return () => {
      results.dispose();
      search.clearDecorations();
    };
  }, [search]);
  const { resultIndex, resultCount } = found;
  return (
    <search className={classes.search}>
      <TextInput
        size="xs"
        autoFocus
        aria-label="Find in the terminal"
        placeholder="Find"
        value={query}
        onChange={({ currentTarget: { value } }) => {
          setQuery(value);
          search.findPrevious(value, OPTIONS);
        }}
        onKeyDown={({ key, shiftKey }) => {
          if (key === 'Escape') onClose();
          if (key !== 'Enter') return;
          if (shiftKey) search.findNext(query, OPTIONS);
          else search.findPrevious(query, OPTIONS);
        }}
      />
      <span className={classes.found} role="status">
        {query !== '' &&
          (resultCount === 0 ? 'No matches' : `${resultIndex + 1} of ${resultCount}`)}
      </span>
      <IconButton
        label="Previous match"
        icon={<IconChevronUp size={16} />}
        onClick={() => search.findPrevious(query, OPTIONS)}
      />
      <IconButton
        label="Next match"
        icon={<IconChevronDown size={16} />}
        onClick={() => search.findNext(query, OPTIONS)}
      />
      <CloseButton size="sm" aria-label="Close search" onClick={onClose} />
    </search>
  );
}
