import type { BuildSummary } from '../../../electron/api/builds.ts';
import { StateDot } from '../../components/state-dot.tsx';
import classes from './build.module.css';

const WORDS = {
  ...{ running: 'Building', built: 'Built', failed: 'Failed', cancelled: 'Cancelled' },
} as const;
const TONES = { running: 'busy', built: 'good', failed: 'bad', cancelled: 'idle' } as const;

/** The result of a build, in a word. */
export function BuildResult({ result }: Pick<BuildSummary, 'result'>) {
  return (
    <span className={classes.state}>
      <StateDot tone={TONES[result]} />
      {WORDS[result]}
    </span>
  );
}

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export function took(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
