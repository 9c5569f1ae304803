import { UnstyledButton } from '@mantine/core';
import {
  IconChevronDown,
  IconChevronRight,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import type { Container } from '../../../electron/api/containers.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { StateDot } from '../../components/state-dot.tsx';
import { confirmRemoval } from '../../containers/confirm-removal.tsx';
import { doToAll, isUp, VERBS } from '../../containers/container-verbs.ts';
import classes from './containers-page.module.css';

interface ProjectHeadingProps {
  readonly name: string;
  /** All containers of the project, including hidden ones. */
  readonly containers: readonly Container[];
  /** Whether the list hides the project's containers. */
  readonly folded: boolean;
  readonly onFold: (folded: boolean) => void;
}

const icon = { size: 17, stroke: 1.75 };

/** The heading of a compose project, and the actions on all of its containers. */
export function ProjectHeading({ name, containers, folded, onFold }: ProjectHeadingProps) {
  const up = containers.filter(isUp);
  const down = containers.filter((container) => !isUp(container));
  return (
    <div className={classes.project}>
      <UnstyledButton
        className={classes.fold ?? ''}
        aria-expanded={!folded}
        aria-label={`Containers of ${name}`}
        onClick={() => onFold(!folded)}
      >
        {folded ? <IconChevronRight {...icon} /> : <IconChevronDown {...icon} />}
      </UnstyledButton>
      <StateDot tone={up.length === 0 ? 'idle' : down.length > 0 ? 'busy' : 'good'} />
      <span>{name}</span>
      <span className={classes.running}>
        {up.length} of {containers.length} running
      </span>
      <span className={classes.actions}>
        {down.length > 0 && (
          <IconButton
            label={`Start all containers of ${name}`}
            icon={<IconPlayerPlayFilled size={15} />}
            onClick={() => void doToAll(VERBS.start, down)}
          />
        )}
        {up.length > 0 && (
          <>
            <IconButton
              label={`Restart all containers of ${name}`}
              icon={<IconRefresh {...icon} />}
              onClick={() => void doToAll(VERBS.restart, up)}
            />
            <IconButton
              label={`Stop all containers of ${name}`}
              icon={<IconPlayerStopFilled size={15} />}
              onClick={() => void doToAll(VERBS.stop, up)}
            />
          </>
        )}
        <IconButton
          label={`Remove all containers of ${name}`}
          icon={<IconTrash {...icon} />}
          onClick={() => confirmRemoval(containers, () => void doToAll(VERBS.remove, containers))}
        />
      </span>
    </div>
  );
}
