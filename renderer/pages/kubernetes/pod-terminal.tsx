import { Button, Group, Loader, Select, Text } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { ListedObject } from '../../../electron/api/kube/workloads.ts';
import { Notice } from '../../components/notice.tsx';
import classes from './kubernetes.module.css';

// The terminal is large, so it is loaded separately.
const Terminal = lazy(async () => ({
  default: (await import('../../terminal/terminal.tsx')).Terminal,
}));

interface PodTerminalProps {
  readonly context: string;
  readonly pod: ListedObject;
}

/** A shell in a container of a pod. */
export function PodTerminal({ context, pod }: PodTerminalProps) {
  const { name, namespace, containers, status, isHealthy } = pod;
  const [container, choose] = useState(containers[0] ?? '');
  const [run, setRun] = useState(0);
  const [hasRun] = useState(isHealthy || status === 'Running');
  if (!hasRun && !isHealthy && status !== 'Running') {
    return (
      <Notice icon={<IconTerminal2 size={32} stroke={1.5} />} title="Pod not running">
        <Text c="var(--quiet)">A terminal opens once the pod's containers run.</Text>
      </Notice>
    );
  }
  return (
    <div className={classes.filling}>
      <Group gap="sm">
        {containers.length > 1 && (
          <Select
            size="xs"
            w={200}
            aria-label="Container"
            data={[...containers]}
            value={container}
            allowDeselect={false}
            onChange={(value) => value !== null && choose(value)}
          />
        )}
        <Button size="xs" variant="default" onClick={() => setRun(run + 1)}>
          Start a new shell
        </Button>
      </Group>
      <div className={classes.terminal}>
        <Suspense fallback={<Loader size={24} />}>
          <Terminal
            key={`${container} ${run}`}
            process={{ kind: 'pod', context, namespace, pod: name, container }}
            label={`Terminal of ${name}`}
          />
        </Suspense>
      </div>
    </div>
  );
}
