import { TextInput } from '@mantine/core';
import type { Between } from './log-range.ts';
import classes from './log-view.module.css';

interface TimeRangeProps {
  readonly value: Between;
  readonly onChange: (value: Between) => void;
}

/** The two ends of a time range; an empty one has no limit. */
export function TimeRange({ value, onChange }: TimeRangeProps) {
  return (
    <span className={classes.between}>
      <TextInput
        size="xs"
        type="datetime-local"
        step={1}
        aria-label="From"
        value={value.from}
        onChange={({ currentTarget }) => onChange({ ...value, from: currentTarget.value })}
      />
      –
      <TextInput
        size="xs"
        type="datetime-local"
        step={1}
        aria-label="To"
        value={value.to}
        onChange={({ currentTarget }) => onChange({ ...value, to: currentTarget.value })}
      />
    </span>
  );
}
