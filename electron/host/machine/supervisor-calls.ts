import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineStatus } from '../../api/machine.ts';
import { HostError } from '../base/errors.ts';
import { ensureMachineDirectory } from '../home/machine-directory.ts';
import type { MachinePaths } from '../home/paths.ts';
import { callSupervisor, NoSupervisorError } from './call.ts';
import type { Reply, Request } from './protocol.ts';
import { spawnSupervisor } from './spawn.ts';

export interface SupervisorCallsOptions {
  readonly home: string;
  readonly name: string;
  readonly paths: MachinePaths;
  /** The background process's program, run with this process's Node. */
  readonly supervisorEntry: string;
  /** Called once, if a call waits because the background process doesn't answer. */
  readonly onSilent?: () => void;
}

/** How long to look for a background process while others start and end. */
const findTimeoutMs = 30_000;
const findDelayMs = 50;
/**
 * A process that is just exiting cuts a call off. If this happens every time, the process is
 * broken.
 */
const cutOffLimit = 5;

/** Calls to the background process of one VM. */
export interface SupervisorCalls {
  /**
   * Returns the last status of a call; passes each status to `onStatus`. Rejects with
   * NoSupervisorError if the VM has no background process.
   */
  call(
    request: Request,
    onStatus?: (status: MachineStatus) => void,
    signal?: AbortSignal,
  ): Promise<MachineStatus | undefined>;
  /** Like `call`, but starts a background process if there is none. */
  readonly callStarting: SupervisorCalls['call'];
  /** The first reply of one kind. Rejects with NoSupervisorError if there is none. */
  ask<Kind extends Reply['reply']>(
    request: Request,
    kind: Kind,
  ): Promise<Extract<Reply, { reply: Kind }>>;
  /** Starts a background process. */
  spawn(): Promise<void>;
}

export function createSupervisorCalls(options: SupervisorCallsOptions): SupervisorCalls {
  const { home, name, paths } = options;

  let isReported = false;
  const onSilent = () => {
    if (!isReported) options.onSilent?.();
    isReported = true;
  };
  const replies = (request: Request, signal?: AbortSignal) =>
    callSupervisor(paths.controlSocket, request, { onSilent, ...(signal && { signal }) });

  const calls: SupervisorCalls = {
    async call(request, onStatus, signal) {
      let last: MachineStatus | undefined;
      for await (const reply of replies(request, signal)) {
        if (reply.reply !== 'status') continue;
        last = reply.status;
        onStatus?.(last);
      }
      return last;
    },

    async callStarting(request, onStatus, signal) {
      const deadline = Date.now() + findTimeoutMs;
      for (let cutOff = 0; ; ) {
        try {
          return await calls.call(request, onStatus, signal);
        } catch (error) {
          if (!(error instanceof NoSupervisorError)) throw error;
          if (error.cutOff) cutOff++;
          if (cutOff > cutOffLimit || Date.now() > deadline) throw lostSupervisor(error);
        }
        await ensureMachineDirectory(home, name);
        await calls.spawn();
        // Another process holds the lock and is about to serve, or to exit.
        await sleep(findDelayMs);
      }
    },

    async ask(request, kind) {
      for await (const reply of replies(request)) {
        if (isKind(reply, kind)) return reply;
      }
      throw new NoSupervisorError(false);
    },

    spawn: () => spawnSupervisor(options.supervisorEntry, { home, name, paths }),
  };

  const lostSupervisor = (cause: unknown) =>
    new HostError('internal', "Berth's background process exited without an answer", {
      hint: `For the reason, see ${paths.supervisorLog}.`,
      cause,
    });

  return calls;
}

const isKind = <Kind extends Reply['reply']>(
  reply: Reply,
  kind: Kind,
): reply is Extract<Reply, { reply: Kind }> => reply.reply === kind;
