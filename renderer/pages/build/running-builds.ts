import { ORPCError } from '@orpc/client';
import { useSyncExternalStore } from 'react';
import type {
  BuildEvent,
  BuildRequest,
  BuildStep,
  BuildSummary,
} from '../../../electron/api/builds.ts';
import type { Failure } from '../../../electron/api/failure.ts';
import { startActivity } from '../../activity/activity.ts';
import { client, queryClient } from '../../connection/screen.ts';

/** A build of this window. It continues while other pages are open. */
export interface RunningBuild {
  readonly key: number;
  readonly request: BuildRequest;
  readonly startedAt: string;
  readonly steps: readonly BuildStep[];
  /** Set once the build has ended. */
  readonly record?: BuildSummary;
  readonly cancel: () => void;
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
  change([
    { key, request, startedAt: new Date().toISOString(), steps: [], cancel: () => stop.abort() },
    ...builds,
  ]);
  const what = request.tag || request.directory;
  void startActivity({
    title: `Building ${what}`,
    done: () => `${what} was built`,
    async run(signal, report) {
      const either = AbortSignal.any([signal, stop.signal]);
      const options = { signal: either };
      for await (const event of await client.builds.start(request, options)) {
        update(key, ({ steps }) => afterEvent(steps, event));
        if (event.type === 'step') {
          const { number, total, instruction } = event.step;
          report({ text: `${number}/${total} ${instruction}`, fraction: (number - 1) / total });
        }
        if (event.type === 'ended' && event.record.failure) {
          // The activity panel reports this failure like any other failure of the engine.
          throw new ORPCError('FAILURE', {
            message: event.record.failure.message,
            data: { code: 'engine' } satisfies Failure,
          });
        }
      }
    },
  }).finally(() => {
    // A cancelled build has no last event; its record is on the host.
    update(key, ({ record }) => (record ? {} : { record: endedEarly(key, stop.signal.aborted) }));
    void queryClient.invalidateQueries({ queryKey: ['builds'] });
    void queryClient.invalidateQueries({ queryKey: ['build-cache'] });
  });
  return key;
}

function afterEvent(steps: readonly BuildStep[], event: BuildEvent): Partial<RunningBuild> {
  switch (event.type) {
    case 'step': {
      const known = steps.find(({ number }) => number === event.step.number);
      const step = { ...event.step, output: known?.output ?? '' };
      return {
        steps: known
          ? steps.map((each) => (each.number === step.number ? step : each))
          : [...steps, step],
      };
    }
    case 'output':
      return {
        steps: steps.map((each) =>
          each.number === event.number ? { ...each, output: each.output + event.text } : each,
        ),
      };
    default:
      return { record: event.record };
  }
}

function endedEarly(key: number, cancelled: boolean): BuildSummary {
  const build = builds.find((each) => each.key === key);
  const startedAt = build?.startedAt ?? new Date().toISOString();
  return {
    id: '',
    request: build?.request ?? { directory: '' },
    startedAt,
    milliseconds: Date.now() - Date.parse(startedAt),
    result: cancelled ? 'cancelled' : 'failed',
  };
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
