import { IconMinus, IconPlus } from '@tabler/icons-react';
import { IconButton } from './icon-button.tsx';
import classes from './scale-stepper.module.css';

interface ScaleStepperProps {
  readonly name: string;
  readonly unit: 'container' | 'pod';
  readonly count: number;
  readonly busy: boolean;
  readonly onScale: (count: number) => void;
}

/** The number of a service's containers, or of a workload's pods. */
export function ScaleStepper({ name, unit, count, busy, onScale }: ScaleStepperProps) {
  return (
    <span className={classes.stepper}>
      <IconButton
        label={`Remove one ${unit} of ${name}`}
        tooltip="Scale down"
        icon={<IconMinus size={16} stroke={1.75} />}
        disabled={busy || count === 0}
        onClick={() => onScale(count - 1)}
      />
      <span className={classes.count}>{count}</span>
      <IconButton
        label={`Add one ${unit} of ${name}`}
        tooltip="Scale up"
        icon={<IconPlus size={16} stroke={1.75} />}
        disabled={busy}
        onClick={() => onScale(count + 1)}
      />
    </span>
  );
}
