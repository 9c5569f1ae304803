import { Button, CloseButton } from '@mantine/core';
import { Link } from 'wouter';
import type { Container } from '../../../electron/api/containers.ts';
import { confirmRemoval } from '../../containers/confirm-removal.tsx';
import { doToAll, VERBS } from '../../containers/container-verbs.ts';
import classes from './containers-page.module.css';

interface SelectionBarProps {
  readonly containers: readonly Container[];
  readonly onClear: () => void;
}

const SHOWN = ['start', 'stop', 'restart', 'pause', 'unpause', 'kill'] as const;

/**
 * The actions on the selected containers. Each action applies to the containers that it would
 * change.
 */
export function SelectionBar({ containers, onClear }: SelectionBarProps) {
  return (
    <section className={classes.selection} aria-label="Selected containers">
      <span className={classes.quiet}>{containers.length} selected</span>
      <Button
        size="compact-sm"
        variant="default"
        component={Link}
        href={`/containers/logs/${containers.map(({ id }) => id).join(',')}`}
      >
        Logs
      </Button>
      {SHOWN.map((name) => {
        const verb = VERBS[name];
        const concerned = containers.filter(verb.applies);
        if (concerned.length === 0) return null;
        return (
          <Button
            key={name}
            size="compact-sm"
            variant="default"
            onClick={() => void doToAll(verb, concerned)}
          >
            {verb.label}
          </Button>
        );
      })}
      <Button
        size="compact-sm"
        variant="light"
        color="red"
        onClick={() => confirmRemoval(containers, () => void doToAll(VERBS.remove, containers))}
      >
        Remove…
      </Button>
      <CloseButton size="sm" aria-label="Clear selection" onClick={onClear} />
    </section>
  );
}
