import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import type { PodView, RunnerContext } from '../pod-context.ts';
import type { PodDirectories } from '../volumes/pod-directories.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';

/** What the containers of a pod need of their pod. */
export interface PodScope {
  readonly runner: RunnerContext;
  readonly volumes: PodVolumes;
  readonly directories: PodDirectories;
  /** The pod as it is now. */
  view(): PodView;
  /** The container that holds the pod's namespaces. */
  infrastructure(): LiveContainer;
  /** Records an event of the pod. */
  say(type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** Resolves when an object changes that containers of the pod may need. */
  changed(): Promise<void>;
  /** The state of a container has changed. */
  publish(): void;
}

/** Why the work on a pod ends early. */
export class Interrupted extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Interrupted';
  }
}
