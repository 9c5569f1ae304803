import { SegmentedControl, Text } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { useState } from 'react';
import type { Container } from '../../../electron/api/containers.ts';
import type { TerminalProcess } from '../../../electron/api/terminal.ts';
import { Notice } from '../../components/notice.tsx';
import { Terminal } from '../../terminal/terminal.tsx';
import classes from './terminal-tab.module.css';

/** The best shell that the container has. */
const SHELL = ['/bin/sh', '-c', 'command -v bash >/dev/null && exec bash; exec sh'];

type Choice = 'main' | 'shell';

/**
 * The main process where it has a terminal, a shell beside it otherwise; of a container that has
 * ended, what it wrote. A terminal stays on screen after its process ended, until the next run.
 */
export function TerminalTab({ container }: { readonly container: Container }) {
  const { id, name, state, startedAt, interactive } = container;
  const [choice, setChoice] = useState<Choice>('main');
  const [run, setRun] = useState({ startedAt, interactive });
  // A stopped container has no run: what it showed last is kept.
  if (startedAt !== undefined && startedAt !== run.startedAt) setRun({ startedAt, interactive });

  if (state === 'created') {
    return (
      <Notice icon={<IconTerminal2 size={32} stroke={1.5} />} title="Not started yet">
        <Text c="dimmed">Start it, and its terminal is here.</Text>
      </Notice>
    );
  }
  const shell = choice === 'shell' || !run.interactive;
  const process: TerminalProcess =
    run.startedAt === undefined
      ? { kind: 'logs', tail: 1000 }
      : shell
        ? { kind: 'exec', command: SHELL }
        : { kind: 'main' };
  return (
    <div className={classes.tab}>
      {run.startedAt !== undefined && run.interactive && (
        <SegmentedControl
          className={classes.choice ?? ''}
          size="xs"
          aria-label="Process"
          value={choice}
          onChange={(value) => setChoice(value)}
          data={[
            { value: 'main', label: 'Main process' },
            { value: 'shell', label: 'New shell' },
          ]}
        />
      )}
      <div className={classes.terminal}>
        <Terminal
          key={`${run.startedAt} ${process.kind}`}
          container={id}
          process={process}
          label={`Terminal of ${name}`}
        />
      </div>
    </div>
  );
}
