import { ORPCError } from '@orpc/client';
import { useSyncExternalStore } from 'react';
import type { BuildRequest } from '../../../electron/api/builds.ts';
import type { Failure } from '../../../electron/api/failure.ts';
import { startActivity } from '../../activity/activity.ts';
import { client, queryClient } from '../../connection/screen.ts';
import { afterEvent, type FollowedBuild, nothingYet } from './followed-build.ts';

/** A build of this window. It continues while other pages are open. */
export interface RunningBuild extends FollowedBuild {
  readonly key: number;
  readonly request: BuildRequest;
  readonly startedAt: string;
  readonly hasEnded: boolean;
  readonly cancel: () => void;
  readonly isCancelling: boolean;
}

const listeners = new Set<() => void>();
let builds: readonly RunningBuild[] = [];
let lastKey = 0;

function change(next: readonly RunningBuild[]): void {
  builds = next;
  for (const listener of listeners) listener();
}

const update = (key: number, part: (build: RunningBuild) => Partial<RunningBuild>) =>
  change(builds.map((each) => (each.key === key ? { ...each, ...part(each) } : each)));

/** Starts a build and returns its key at once. */
export function startBuild(request: BuildRequest): number {
  lastKey += 1;
  const key = lastKey;
  const stop = new AbortController();
  const startedAt = new Date().toISOString();
  const cancel = () => {
    stop.abort();
    update(key, () => ({ isCancelling: true }));
  };
  const begun = { ...{ key, request, startedAt, cancel }, hasEnded: false, isCancelling: false };
  change([{ ...nothingYet, ...begun }, ...builds]);
  const what = request.tag || request.directory;
  void startActivity({
    title: `Building ${what}`,
    done: () => `${what} was built`,
    async run(signal, report) {
      const either = AbortSignal.any([signal, stop.signal]);
      const options = { signal: either };
      for await (const event of await client.builds.start(request, options)) {
        update(key, (build) => afterEvent(build, event));
        if (event.type === 'step') {
          const { stage, instruction } = event.step;
          report({ text: stage ? `${stage}: ${instruction}` : instruction });
        }
        if (event.type === 'ended' && event.build.failure) {
          // The activity panel reports this failure like any other failure of the engine.
          throw new ORPCError('FAILURE', {
            message: event.build.failure.message,
            data: { code: 'engine' } satisfies Failure,
          });
        }
      }
    },
  }).finally(() => {
    update(key, ({ build }) => ({
      hasEnded: true,
      // A cancelled build has no last event.
      ...(build?.result === 'running' && {
        build: {
          ...build,
          milliseconds: Date.now() - Date.parse(startedAt),
          result: stop.signal.aborted ? ('cancelled' as const) : ('failed' as const),
        },
      }),
    }));
    void queryClient.invalidateQueries({ queryKey: ['build-cache'] });
  });
  return key;
}

/** The running and ended builds of this window, newest first. */
export const useRunningBuilds = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => builds,
  );
