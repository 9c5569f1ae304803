import type { ContainerRecord, ContainerState, ContainerStatus } from './container.ts';
import { offNetwork } from './endpoint.ts';
import { type Health, healthAtEnd } from './health.ts';

/*
 * All changes of a container's state: the states in which each is allowed, and the record after it.
 * The functions don't modify the record. The caller saves the record that they return.
 */

/** The changes of a container's state, with the states in which each can begin. */
export const transitions = {
  start: ['created', 'exited', 'restarting'],
  /** A run that fails after its record was saved is already `running`. */
  startFailed: ['created', 'exited', 'restarting', 'running'],
  /** The agent finds a process that the record doesn't mention. */
  adopt: ['created', 'exited', 'restarting', 'removing', 'dead'],
  pause: ['running'],
  unpause: ['paused'],
  checkHealth: ['running', 'paused'],
  exit: ['running', 'paused'],
  restart: ['running', 'paused'],
  cancelRestart: ['restarting'],
  /** `removing`: a crash interrupted the removal. */
  remove: ['created', 'exited', 'restarting', 'removing', 'dead'],
} as const satisfies Record<string, readonly ContainerStatus[]>;
export type Transition = keyof typeof transitions;

/** Whether the change is allowed in the container's current state. */
export function allows({ state }: ContainerRecord, transition: Transition): boolean {
  const begins: readonly ContainerStatus[] = transitions[transition];
  return begins.includes(state.status);
}

/** The record with a changed state. An illegal change is a bug in the engine, not in a request. */
function after(
  transition: Transition,
  record: ContainerRecord,
  change: Partial<ContainerState>,
): ContainerRecord {
  if (!allows(record, transition)) {
    throw new Error(`container ${record.id} is ${record.state.status}: ${transition} is illegal`);
  }
  return { ...record, state: { ...record.state, ...change } };
}

/** The beginning of a container's run. */
export interface Run {
  readonly pid: number;
  readonly monitorPid: number;
  readonly bootId: string;
  readonly startedAt: Date;
  /** How many times the restart policy has restarted the container since a user started it. */
  readonly restartCount: number;
  readonly health: Health | null;
}

/** The result of a container's process. */
export interface Exit {
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly finishedAt: Date;
  /** Whether a user requested the exit. */
  readonly stoppedByHand: boolean;
}

const noProcess = { pid: 0, monitorPid: 0 };

export function started(record: ContainerRecord, { startedAt, ...run }: Run): ContainerRecord {
  return after('start', record, {
    ...run,
    status: 'running',
    startedAt: startedAt.toISOString(),
    exitCode: 0,
    oomKilled: false,
    error: '',
    stoppedByHand: false,
  });
}

/** The start of a run failed. As in Docker, a container that has never run stays `created`. */
export function startFailed(
  record: ContainerRecord,
  failure: { readonly exitCode: number; readonly error: string },
): ContainerRecord {
  const { status, startedAt } = record.state;
  const wasUp = startedAt !== null && (status === 'running' || status === 'restarting');
  const change = { ...noProcess, ...failure, status: wasUp ? ('exited' as const) : status };
  return { ...after('startFailed', record, change), ...offNetwork(record) };
}

/** A process that the agent finds running although the record, an older version, doesn't say so. */
export function adopted(
  record: ContainerRecord,
  process: Pick<Run, 'pid' | 'monitorPid' | 'bootId'> & { readonly status: 'running' | 'paused' },
  now: Date,
): ContainerRecord {
  const startedAt = record.state.startedAt ?? now.toISOString();
  return after('adopt', record, { ...process, startedAt });
}

export function paused(record: ContainerRecord): ContainerRecord {
  return after('pause', record, { status: 'paused' });
}

export function unpaused(record: ContainerRecord): ContainerRecord {
  return after('unpause', record, { status: 'running' });
}

export function healthChecked(record: ContainerRecord, health: Health): ContainerRecord {
  return after('checkHealth', record, { health });
}

export function exited(record: ContainerRecord, exit: Exit): ContainerRecord {
  return ended('exit', record, exit, { status: 'exited' });
}

/** The run has ended, and the restart policy starts another one after a delay. */
export function restarting(record: ContainerRecord, exit: Exit): ContainerRecord {
  const restartCount = record.state.restartCount + 1;
  return ended('restart', record, exit, { status: 'restarting', restartCount });
}

function ended(
  transition: 'exit' | 'restart',
  record: ContainerRecord,
  { finishedAt, ...exit }: Exit,
  change: Partial<ContainerState>,
): ContainerRecord {
  return {
    ...after(transition, record, {
      ...noProcess,
      ...exit,
      ...change,
      error: '',
      finishedAt: finishedAt.toISOString(),
      health: healthAtEnd(record.state.health),
    }),
    ...offNetwork(record),
  };
}

/** A user stops the container between two runs. */
export function restartCancelled(record: ContainerRecord): ContainerRecord {
  return after('cancelRestart', record, { status: 'exited', stoppedByHand: true });
}

/** After this, only the removal remains, which a crash may interrupt. */
export function removing(record: ContainerRecord): ContainerRecord {
  return after('remove', record, { status: 'removing' });
}

/** The VM's shutdown stopped the container. `before` is the state that the user left. */
export function stoppedByMachine(record: ContainerRecord, before: ContainerState): ContainerRecord {
  return { ...record, state: { ...record.state, stoppedByHand: before.stoppedByHand } };
}
