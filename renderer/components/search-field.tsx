import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';

interface SearchFieldProps {
  /** What is searched: `Search volumes`. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Where a list is narrowed down. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  return (
    <TextInput
      size="sm"
      flex="1 2 120px"
      maw={240}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} />}
      value={value}
      spellCheck={false}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
