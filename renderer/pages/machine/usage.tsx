import { Progress } from '@mantine/core';
import { useMachineUsage } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import classes from './overview.module.css';

/** What the whole machine uses now. */
export function Usage() {
  const usage = useMachineUsage();
  if (!usage) return null;
  const { cpu, memory, memoryTotal, disk, diskTotal } = usage;
  return (
    <section className={classes.card} aria-label="Use">
      <div className={classes.meters}>
        <Meter label="Processors" part={cpu} value={`${Math.round(cpu * 100)} %`} />
        <Meter
          label="Memory"
          part={memory / memoryTotal}
          value={`${formatBytes(memory)} of ${formatBytes(memoryTotal)}`}
        />
        <Meter
          label="Disk"
          part={disk / (diskTotal || 1)}
          value={`${formatBytes(disk)} of ${formatBytes(diskTotal)}`}
        />
      </div>
    </section>
  );
}

interface MeterProps {
  readonly label: string;
  /** 0 to 1. */
  readonly part: number;
  readonly value: string;
}

function Meter({ label, part, value }: MeterProps) {
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
