import { Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useState } from 'react';

const EACH_MS = 6000;

const TEXTS = [
  'A container is a program with its own files and its own network. It is made of an image in a moment, and thrown away as easily.',
  'Containers need Linux. The machine is a small one that starts in seconds, and takes memory only while it runs.',
  'What a container publishes on a port, your browser finds at localhost.',
  'The docker command and your editor can use the same machine: the page Machine shows where it answers.',
] as const;

/** Something to read while the machine starts. */
export function Explanations() {
  const [shown, setShown] = useState(0);
  useInterval(() => setShown((index) => (index + 1) % TEXTS.length), EACH_MS, { autoInvoke: true });
  return (
    <Text size="sm" c="var(--quiet)" mih={66} maw={440}>
      {TEXTS[shown]}
    </Text>
  );
}
