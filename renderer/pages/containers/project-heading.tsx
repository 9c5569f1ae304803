import { IconPlayerPlay, IconPlayerStop, IconRefresh, IconTrash } from '@tabler/icons-react';
import type { Container } from '../../../electron/api/containers.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { confirmRemoval } from '../../containers/confirm-removal.tsx';
import { doToAll, isUp, VERBS } from '../../containers/container-verbs.ts';
import classes from './containers-page.module.css';

interface ProjectHeadingProps {
  readonly name: string;
  /** All of its containers, also those that are not shown. */
  readonly containers: readonly Container[];
}

const icon = { size: 17, stroke: 1.75 };

/** The row above the containers of a compose project, and what can be done to all of them. */
export function ProjectHeading({ name, containers }: ProjectHeadingProps) {
  const up = containers.filter(isUp);
  const down = containers.filter((container) => !isUp(container));
  return (
    <div className={classes.project}>
      <span>{name}</span>
      <span className={classes.running}>
        {up.length} of {containers.length} running
      </span>
      <span className={classes.actions}>
        {down.length > 0 && (
          <IconButton
            label={`Start all of ${name}`}
            icon={<IconPlayerPlay {...icon} />}
            onClick={() => void doToAll(VERBS.start, down)}
          />
        )}
        {up.length > 0 && (
          <>
            <IconButton
              label={`Restart all of ${name}`}
              icon={<IconRefresh {...icon} />}
              onClick={() => void doToAll(VERBS.restart, up)}
            />
            <IconButton
              label={`Stop all of ${name}`}
              icon={<IconPlayerStop {...icon} />}
              onClick={() => void doToAll(VERBS.stop, up)}
            />
          </>
        )}
        <IconButton
          label={`Remove all of ${name}`}
          icon={<IconTrash {...icon} />}
          onClick={() => confirmRemoval(containers, () => void doToAll(VERBS.remove, containers))}
        />
      </span>
    </div>
  );
}
