import type { Container } from '../../electron/api/containers.ts';
import { startActivity } from '../activity/activity.ts';
import { client } from '../connection/screen.ts';

/** An action on one or many containers. */
export interface Verb {
  readonly label: string;
  /** `Stopping 3 containers`. */
  readonly doing: string;
  /** `3 containers stopped`. */
  readonly done: string;
  /** Whether the action would change the container. */
  readonly applies: (container: Container) => boolean;
  readonly call: (id: string) => Promise<void>;
}

export const isUp = ({ state }: Container): boolean =>
  state === 'running' || state === 'paused' || state === 'restarting';

const isRunning = ({ state }: Container) => state === 'running';

export const VERBS = {
  start: {
    ...{ label: 'Start', doing: 'Starting', done: 'started' },
    applies: (container) => !isUp(container),
    call: (id) => client.containers.start({ id }),
  },
  stop: {
    ...{ label: 'Stop', doing: 'Stopping', done: 'stopped' },
    applies: isUp,
    call: (id) => client.containers.stop({ id }),
  },
  restart: {
    ...{ label: 'Restart', doing: 'Restarting', done: 'restarted' },
    applies: isUp,
    call: (id) => client.containers.restart({ id }),
  },
  pause: {
    ...{ label: 'Pause', doing: 'Pausing', done: 'paused' },
    applies: isRunning,
    call: (id) => client.containers.pause({ id }),
  },
  unpause: {
    ...{ label: 'Resume', doing: 'Resuming', done: 'resumed' },
    applies: ({ state }) => state === 'paused',
    call: (id) => client.containers.unpause({ id }),
  },
  kill: {
    ...{ label: 'Kill', doing: 'Killing', done: 'killed' },
    applies: isUp,
    call: (id) => client.containers.kill({ id }),
  },
  remove: {
    ...{ label: 'Remove', doing: 'Removing', done: 'removed' },
    applies: () => true,
    call: (id) => client.containers.remove({ id, force: true }),
  },
} as const satisfies Record<string, Verb>;

/** `1 container`, `3 containers`. */
export const countOf = (count: number) => `${count} container${count === 1 ? '' : 's'}`;

/**
 * Runs the action on all containers at once and reports progress. A failure doesn't stop the
 * others.
 */
export async function doToAll(verb: Verb, containers: readonly Container[]): Promise<void> {
  const total = containers.length;
  await startActivity({
    title: `${verb.doing} ${countOf(total)}`,
    done: () => `${countOf(total)} ${verb.done}`,
    async run(_, report) {
      let finished = 0;
      const calls = containers.map(async ({ id }) => {
        await verb.call(id);
        finished += 1;
        report({ text: `${finished} of ${total}`, fraction: finished / total });
      });
      const failed = (await Promise.allSettled(calls)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },
  });
}
