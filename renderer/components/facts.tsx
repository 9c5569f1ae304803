import type { ReactNode } from 'react';
import classes from './facts.module.css';

interface FactsProps {
  /** Facts without a value are skipped. */
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
}

/** Facts about something, line by line. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className={classes.facts}>
      {facts
        .filter(([, value]) => value !== undefined && value !== '' && value !== false)
        .flatMap(([name, value]) => [
          <dt key={`${name} name`}>{name}</dt>,
          <dd key={`${name} value`}>{value}</dd>,
        ])}
    </dl>
  );
}
