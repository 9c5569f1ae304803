import { Button, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { client } from '../connection/screen.ts';
import { Prose } from '../format/prose.tsx';

/** Why the processor is emulated, and a button that turns acceleration on if Berth can. */
export function AcceleratorNote({ text }: { readonly text: string }) {
  return (
    <>
      <Prose text={text} />
      <TurnOnAcceleration />
    </>
  );
}

/** Shown only if the host's system has a feature that Berth can turn on. */
export function TurnOnAcceleration() {
  const { data: isOffered } = useQuery({
    queryKey: ['machine', 'acceleration'],
    queryFn: () => client.machine.offersAcceleration(),
    networkMode: 'always',
  });
  const turnOn = useMutation({ mutationFn: () => client.machine.turnOnAcceleration() });
  if (turnOn.data) {
    return (
      <Text component="span" display="block" size="sm" mt="xs">
        {turnOn.data}
      </Text>
    );
  }
  if (!isOffered) return null;
  return (
    <Button
      size="compact-sm"
      variant="light"
      mt="xs"
      display="block"
      loading={turnOn.isPending}
      onClick={() => turnOn.mutate()}
    >
      Turn on Windows Hypervisor Platform
    </Button>
  );
}
