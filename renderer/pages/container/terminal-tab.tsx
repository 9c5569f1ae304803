import { Button, CloseButton, Text, UnstyledButton } from '@mantine/core';
import { IconPlus, IconTerminal2 } from '@tabler/icons-react';
import { useState } from 'react';
import type { Container } from '../../../electron/api/containers.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Terminal } from '../../terminal/terminal.tsx';
import { canClose, firstTerminals, withoutTerminal, withShell } from './open-terminals.ts';
import classes from './terminal-tab.module.css';

/** Lines of output to show for a container that had ended when its page was opened. */
const TAIL = 1000;

/**
 * The terminals of the current run: the main process if it reads input, and shells. They stay on
 * screen after the container has ended, until the next run.
 */
export default function TerminalTab({ container }: { readonly container: Container }) {
  const { id, name, state, startedAt, interactive } = container;
  const [run, setRun] = useState({ startedAt, interactive });
  // A stopped container has no run: its last output is kept.
  if (startedAt !== undefined && startedAt !== run.startedAt) setRun({ startedAt, interactive });

  if (state === 'created') {
    return (
      <Notice icon={<IconTerminal2 size={32} stroke={1.5} />} title="Container not started">
        <Text c="var(--quiet)">Start the container to use its terminal.</Text>
      </Notice>
    );
  }
  if (run.startedAt === undefined) {
    return (
      <Terminal
        container={id}
        process={{ kind: 'logs', tail: TAIL }}
        label={`Terminal of ${name}`}
      />
    );
  }
  return <Terminals key={run.startedAt} container={container} interactive={run.interactive} />;
}

interface TerminalsProps {
  readonly container: Container;
  readonly interactive: boolean;
}

function Terminals({ container: { id, name }, interactive }: TerminalsProps) {
  const [terminals, setTerminals] = useState(() => firstTerminals(interactive));
  const { all, shown } = terminals;
  return (
    <div className={classes.tab}>
      <nav className={classes.bar} aria-label={`Terminals of ${name}`}>
        {all.map((terminal) => (
          <div
            key={terminal.key}
            className={classes.choice}
            data-chosen={terminal.key === shown || undefined}
          >
            <UnstyledButton
              className={classes.name ?? ''}
              aria-pressed={terminal.key === shown}
              onClick={() => setTerminals({ ...terminals, shown: terminal.key })}
            >
              {terminal.name}
            </UnstyledButton>
            {canClose(terminal) && (
              <CloseButton
                size="xs"
                mr={6}
                aria-label={`Close ${terminal.name}`}
                onClick={() => setTerminals(withoutTerminal(terminals, terminal.key))}
              />
            )}
          </div>
        ))}
        <IconButton
          label="Open another shell"
          icon={<IconPlus size={17} stroke={1.75} />}
          onClick={() => setTerminals(withShell(terminals))}
        />
      </nav>
      <div className={classes.terminals}>
        {all.length === 0 && (
          <Notice icon={<IconTerminal2 size={32} stroke={1.5} />} title="No terminal is open">
            <Button variant="default" onClick={() => setTerminals(withShell(terminals))}>
              Open shell
            </Button>
          </Notice>
        )}
        {all.map((terminal) => (
          <div key={terminal.key} className={classes.terminal} hidden={terminal.key !== shown}>
            <Terminal
              container={id}
              process={terminal.process}
              label={`${terminal.name} of ${name}`}
            />
          </div>
        ))}
      </div>
    </div>
  );
}
