import { Progress } from '@mantine/core';
import { useMachineUsage } from '../../connection/screen.ts';
import { formatBinary } from '../../format/bytes.ts';
import classes from '../../machine/panel.module.css';

/** What the whole VM uses now. */
export function Usage() {
  const usage = useMachineUsage();
  return (
    <section className={classes.card} aria-label="Resource use">
      <div className={classes.meters}>
        <Meter label="CPU" part={usage?.cpu} value={usage && `${Math.round(usage.cpu * 100)} %`} />
        <Meter
          label="Memory"
          part={usage && usage.memory / usage.memoryTotal}
          value={usage && `${formatBinary(usage.memory)} of ${formatBinary(usage.memoryTotal)}`}
        />
        <Meter
          label="Disk"
          part={usage && usage.disk / (usage.diskTotal || 1)}
          value={usage && `${formatBinary(usage.disk)} of ${formatBinary(usage.diskTotal)}`}
        />
      </div>
    </section>
  );
}

interface MeterProps {
  readonly label: string;
  /** 0 to 1; undefined until it is known. */
  readonly part: number | undefined;
  readonly value: string | undefined;
}

function Meter({ label, part = 0, value = '…' }: MeterProps) {
  return (
    <div>
      <div className={classes.label}>
        {label}
        <span className={classes.value}>{value}</span>
      </div>
      <Progress
        value={part * 100}
        size="sm"
        color={part > 0.9 ? 'red' : 'tide'}
        aria-label={`${label}: ${value}`}
      />
    </div>
  );
}
