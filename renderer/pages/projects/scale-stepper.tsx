import { IconMinus, IconPlus } from '@tabler/icons-react';
import { IconButton } from '../../components/icon-button.tsx';
import classes from './service-table.module.css';

interface ScaleStepperProps {
  readonly service: string;
  readonly count: number;
  readonly busy: boolean;
  readonly onScale: (count: number) => void;
}

/** The number of a service's containers. */
export function ScaleStepper({ service, count, busy, onScale }: ScaleStepperProps) {
  return (
    <span className={classes.stepper}>
      <IconButton
        label={`Remove one container of ${service}`}
        tooltip="Scale down"
        icon={<IconMinus size={16} stroke={1.75} />}
        disabled={busy || count === 0}
        onClick={() => onScale(count - 1)}
      />
      <span className={classes.count}>{count}</span>
      <IconButton
        label={`Add one container of ${service}`}
        tooltip="Scale up"
        icon={<IconPlus size={16} stroke={1.75} />}
        disabled={busy}
        onClick={() => onScale(count + 1)}
      />
    </span>
  );
}
