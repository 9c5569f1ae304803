import type { Container, ContainerState } from '../../electron/api/containers.ts';
import { Elapsed } from '../components/elapsed.tsx';
import { StateDot, type Tone } from '../components/state-dot.tsx';
import classes from './container-status.module.css';

const WORDS: Readonly<Record<ContainerState, string>> = {
  created: 'Created',
  running: 'Running',
  paused: 'Paused',
  restarting: 'Restarting',
  removing: 'Removing',
  exited: 'Exited',
  dead: 'Dead',
};

const TONES: Readonly<Record<ContainerState, Tone>> = {
  created: 'idle',
  running: 'good',
  paused: 'busy',
  restarting: 'busy',
  removing: 'busy',
  exited: 'idle',
  dead: 'bad',
};

/** Shown instead of the state when a health check says more. */
const HEALTH = { starting: 'Starting up', unhealthy: 'Unhealthy' } as const;

/** The container's state in a word, with its colour. */
export function ContainerStatus({ container }: { readonly container: Container }) {
  const { state, exitCode = 0, health, outOfMemory = false } = container;
  const failed = (state === 'exited' && exitCode !== 0) || health === 'unhealthy';
  return (
    <span className={classes.status}>
      <StateDot tone={failed ? 'bad' : health === 'starting' ? 'busy' : TONES[state]} />
      {outOfMemory
        ? 'Out of memory'
        : health && health !== 'healthy'
          ? HEALTH[health]
          : WORDS[state]}
    </span>
  );
}

/** Follows the state: how long the container has run, how it ended, or when it was created. */
export function ContainerTime({ container }: { readonly container: Container }) {
  const { state, startedAt, finishedAt, exitCode, createdAt } = container;
  if (startedAt !== undefined) {
    return <Elapsed since={startedAt} />;
  }
  if (state === 'exited' && exitCode !== undefined) {
    if (finishedAt === undefined) return `code ${exitCode}`;
    return (
      <>
        code {exitCode}, <Elapsed since={finishedAt} /> ago
      </>
    );
  }
  return (
    <>
      <Elapsed since={createdAt} /> ago
    </>
  );
}
