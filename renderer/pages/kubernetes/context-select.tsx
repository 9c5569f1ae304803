import { Badge, Group, Select, Text } from '@mantine/core';
import { useContexts } from './use-contexts.ts';

interface ContextSelectProps {
  readonly context: string;
  readonly onChange: (context: string) => void;
  /** Whether to show what the field is. */
  readonly hasLabel?: boolean;
}

/** A cluster of those that the kubeconfig names. */
export function ContextSelect({ context, onChange, hasLabel = false }: ContextSelectProps) {
  const { data: contexts = [] } = useContexts();
  const names = contexts.map(({ name }) => name);
  return (
    <Select
      {...(hasLabel ? { label: 'Context' } : { 'aria-label': 'Context' })}
      w={240}
      data={names.includes(context) ? names : [context, ...names]}
      value={context}
      allowDeselect={false}
      searchable={names.length > 8}
      maxDropdownHeight={360}
      comboboxProps={{ width: 340, position: 'bottom-end' }}
      renderOption={({ option }) => {
        const found = contexts.find(({ name }) => name === option.value);
        return (
          <div>
            <Group gap="xs">
              <Text size="sm">{option.value}</Text>
              {found?.isCurrent && (
                <Badge size="xs" variant="default">
                  kubectl
                </Badge>
              )}
            </Group>
            <Text size="xs" c="var(--quiet)" style={{ overflowWrap: 'anywhere' }}>
              {found?.server}
            </Text>
          </div>
        );
      }}
      onChange={(name) => name !== null && onChange(name)}
    />
  );
}
