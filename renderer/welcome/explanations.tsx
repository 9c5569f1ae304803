import { Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useState } from 'react';

const EACH_MS = 6000;

const TEXTS = [
  'A container is a program with its own files and its own network. You create it from an image in a moment, and can remove it just as easily.',
  'Containers need Linux. Berth runs it in a small virtual machine (VM) that starts in seconds and uses memory only while it runs.',
  'When a container publishes a port, your browser finds it at localhost.',
  'The docker command and your editor can use the same VM. The Machine page shows the address of its engine.',
] as const;

/** Something to read while the VM starts. */
export function Explanations() {
  const [shown, setShown] = useState(0);
  useInterval(() => setShown((index) => (index + 1) % TEXTS.length), EACH_MS, { autoInvoke: true });
  return (
    <Text size="sm" c="var(--quiet)" mih={66} maw={440}>
      {TEXTS[shown]}
    </Text>
  );
}
