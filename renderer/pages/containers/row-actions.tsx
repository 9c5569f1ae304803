import {
  IconFileText,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconTerminal2,
} from '@tabler/icons-react';
import { useLocation } from 'wouter';
import type { Container } from '../../../electron/api/containers.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { isUp } from '../../containers/container-verbs.ts';
import { MoreMenu } from '../../containers/more-menu.tsx';
import { useContainerActions } from '../../containers/use-container-actions.ts';
import classes from './containers-page.module.css';

const icon = { size: 18, stroke: 1.75 };

/** The buttons at the end of a container's row. */
export function RowActions({ container }: { readonly container: Container }) {
  const [, navigate] = useLocation();
  const { start, stop } = useContainerActions(container);
  const { id, name } = container;
  const page = `/containers/${id}`;
  return (
    <div className={classes.actions}>
      {isUp(container) ? (
        <>
          <span className={classes.roomy}>
            <IconButton
              label={`Open a terminal in ${name}`}
              tooltip="Terminal"
              icon={<IconTerminal2 {...icon} />}
              onClick={() => navigate(`${page}/terminal`)}
            />
          </span>
          <IconButton
            label={`Stop ${name}`}
            tooltip="Stop"
            icon={<IconPlayerStopFilled size={15} />}
            loading={stop.isPending}
            onClick={() => stop.mutate()}
          />
        </>
      ) : (
        <IconButton
          label={`Start ${name}`}
          tooltip="Start"
          icon={<IconPlayerPlayFilled size={16} />}
          loading={start.isPending}
          onClick={() => start.mutate()}
        />
      )}
      <span className={classes.roomy}>
        <IconButton
          label={`Logs of ${name}`}
          tooltip="Logs"
          icon={<IconFileText {...icon} />}
          onClick={() => navigate(`${page}/logs`)}
        />
      </span>
      <MoreMenu container={container} />
    </div>
  );
}
