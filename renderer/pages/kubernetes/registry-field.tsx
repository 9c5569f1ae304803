import { Alert, Text, TextInput } from '@mantine/core';

interface RegistryFieldProps {
  /** Images that only Berth has. */
  readonly images: readonly string[];
  readonly value: string;
  readonly onChange: (registry: string) => void;
}

/** Asks where images go that a cluster can't get otherwise; nothing if there are none. */
export function RegistryField({ images, value, onChange }: RegistryFieldProps) {
  if (images.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      mt="md"
      title={images.length === 1 ? 'An image exists only in Berth' : 'Images exist only in Berth'}
    >
      <Text size="sm" mb="sm">
        This cluster can't get <b>{images.join(', ')}</b>. Enter a registry that the cluster can
        pull from. Berth pushes there first.
      </Text>
      <TextInput
        label="Registry"
        placeholder="e.g. registry.example.com/team"
        value={value}
        maw={420}
        onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
      />
    </Alert>
  );
}
