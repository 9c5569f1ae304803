import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../connection/screen.ts';
import { ALL } from './cluster-memory.ts';

interface NamespaceSelectProps {
  readonly context: string;
  /** A namespace, or `ALL`. */
  readonly value: string;
  readonly onChange: (namespace: string) => void;
  /** Asks for one namespace, and shows what the field is. */
  readonly isSingle?: boolean;
}

/** The namespace whose objects are shown, or all of them. */
export function NamespaceSelect(props: NamespaceSelectProps) {
  const { context, value, onChange, isSingle = false } = props;
  const { data: found = [] } = useQuery({
    queryKey: ['kube-namespaces', context],
    queryFn: () => client.kube.contexts.namespaces({ context }),
    networkMode: 'always',
    // The list of objects says what is wrong with the cluster.
    retry: false,
  });
  const names = found.includes(value) || value === ALL ? found : [value, ...found];
  return (
    <Select
      {...(isSingle ? { label: 'Namespace' } : { 'aria-label': 'Namespace' })}
      w={180}
      data={[
        ...(isSingle ? [] : [{ value: ALL, label: 'All namespaces' }]),
        ...names.map((name) => ({ value: name, label: name })),
      ]}
      value={value}
      allowDeselect={false}
      searchable={names.length > 8}
      onChange={(name) => name !== null && onChange(name)}
    />
  );
}
