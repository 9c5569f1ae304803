import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useRef } from 'react';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  /** For use beside small controls. */
  readonly small?: boolean;
  readonly onChange: (value: string) => void;
}

/** Filters the list of a page. `/` focuses the field, Escape empties it. */
export function SearchField({ label, value, small = false, onChange }: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: '/', run: () => field.current?.focus() }]);
  return (
    <TextInput
      ref={field}
      w={small ? 190 : 240}
      size={small ? 'xs' : 'sm'}
      aria-label={label}
      placeholder={`${label} ( / )`}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        value !== '' && (
          <CloseButton size="sm" aria-label="Clear search" onClick={() => onChange('')} />
        )
      }
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      onKeyDown={({ key, currentTarget }) => {
        if (key !== 'Escape') return;
        if (value === '') currentTarget.blur();
        else onChange('');
      }}
    />
  );
}
