import { Select } from '@mantine/core';
import { ALL } from './cluster-memory.ts';
import { useNamespaces } from './use-namespaces.ts';

interface NamespaceSelectProps {
  readonly context: string;
  /** A namespace, or `ALL`. */
  readonly value: string;
  readonly onChange: (namespace: string) => void;
}

/** The namespace whose objects are shown, or all of them. */
export function NamespaceSelect({ context, value, onChange }: NamespaceSelectProps) {
  const { data: found = [] } = useNamespaces(context);
  const names = found.includes(value) || value === ALL ? found : [value, ...found];
  return (
    <Select
      aria-label="Namespace"
      w={180}
      data={[
        { value: ALL, label: 'All namespaces' },
        ...names.map((name) => ({ value: name, label: name })),
      ]}
      value={value}
      allowDeselect={false}
      searchable={names.length > 8}
      onChange={(name) => name !== null && onChange(name)}
    />
  );
}
