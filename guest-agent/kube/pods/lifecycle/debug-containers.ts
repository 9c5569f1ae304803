import { ContainerLife } from './container-life.ts';
import { Interrupted, type PodScope } from './pod-scope.ts';

/** Containers that `kubectl debug` adds to a pod. They run once, and don't count for the pod's state. */
export class DebugContainers {
  readonly #scope: PodScope;
  readonly #lives: ContainerLife[] = [];
  /** Aborts when the pod's other containers don't run any more. */
  #signal: AbortSignal | undefined;

  constructor(scope: PodScope) {
    this.#scope = scope;
    this.update();
  }

  get lives(): readonly ContainerLife[] {
    return this.#lives;
  }

  /** Runs the containers until the result is disposed of, which leaves them running. */
  begin(signal: AbortSignal): Disposable {
    const ended = new AbortController();
    this.#signal = AbortSignal.any([signal, ended.signal]);
    for (const life of this.#lives) this.#run(life, this.#signal);
    return {
      [Symbol.dispose]: () => ended.abort(new Interrupted('the containers of the pod have ended')),
    };
  }

  /** Begins with containers that are new in the pod. */
  update(): void {
    for (const container of this.#scope.view().pod.spec?.ephemeralContainers ?? []) {
      if (this.#lives.some((life) => life.container.name === container.name)) continue;
      const role = { rule: 'Never', isInit: false, waits: false } as const;
      const life = new ContainerLife(this.#scope, container, role);
      this.#lives.push(life);
      if (this.#signal && !this.#signal.aborted) this.#run(life, this.#signal);
    }
  }

  #run(life: ContainerLife, signal: AbortSignal): void {
    life.run(signal).catch((error) => {
      if (!signal.aborted) this.#scope.runner.log(`running ${life.container.name}`, error);
    });
  }
}
