import { TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { useRef } from 'react';
import { IconButton } from '../components/icon-button.tsx';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';
import classes from './log-view.module.css';

interface LogSearchBarProps {
  readonly query: string;
  readonly onQuery: (query: string) => void;
  /** Number of lines found. */
  readonly found: number;
  /** There may be more: the search isn't finished, or the log isn't complete yet. */
  readonly isSearching: boolean;
  /** Index of the current line, from 0. */
  readonly position: number;
  readonly onPosition: (position: number) => void;
}

/** `/` focuses the field. Enter and Shift+Enter go to the next and the previous match. */
export function LogSearchBar(props: LogSearchBarProps) {
  const { query, onQuery, found, isSearching, position, onPosition } = props;
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: '/', run: () => field.current?.focus() }]);
  const go = (step: number) => found > 0 && onPosition((position + step + found) % found);
  const count = `${(position + 1).toLocaleString()} of ${found.toLocaleString()} lines`;
  return (
    <>
      <TextInput
        ref={field}
        size="xs"
        w={220}
        aria-label="Search the log"
        placeholder="Search the log ( / )"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={query}
        onChange={({ currentTarget }) => onQuery(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') onQuery('');
        }}
      />
      {query !== '' && (
        <>
          <IconButton
            label="Previous match"
            icon={<IconChevronUp size={16} />}
            onClick={() => go(-1)}
          />
          <IconButton
            label="Next match"
            icon={<IconChevronDown size={16} />}
            onClick={() => go(1)}
          />
          <span className={classes.count} role="status">
            {found > 0 && count}
            {found === 0 && (isSearching ? 'Searching…' : 'No matches')}
          </span>
        </>
      )}
    </>
  );
}
