import { Select } from '@mantine/core';
import { useState } from 'react';
import { isNamespaceName, useNamespaces } from './use-namespaces.ts';

interface TargetNamespaceProps {
  readonly context: string;
  readonly value: string;
  readonly onChange: (namespace: string) => void;
}

/** The namespace in which a project is deployed: one of the cluster's, or a new one. */
export function TargetNamespace({ context, value, onChange }: TargetNamespaceProps) {
  const { data: found = [] } = useNamespaces(context);
  const [typed, setTyped] = useState(value);
  const names = found.includes(value) ? found : [value, ...found];
  const isNew = !names.includes(typed) && isNamespaceName(typed);
  return (
    <Select
      label="Namespace"
      w={220}
      data={[
        ...names.map((name) => ({ value: name, label: name })),
        ...(isNew ? [{ value: typed, label: `Create namespace ${typed}` }] : []),
      ]}
      value={value}
      allowDeselect={false}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      placeholder="e.g. shop"
      nothingFoundMessage="Use lowercase letters, digits and dashes"
      onChange={(name) => name !== null && onChange(name)}
    />
  );
}
