import type { FileWatch } from '../../../api/file-watches.ts';
import { Changes } from '../../base/changes.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { TaskGroup } from '../../base/task-group.ts';
import { readOnChange } from '../../engine/changes.ts';
import type { ComposeHost, Report } from '../apply/compose-host.ts';
import { listProjectContainers } from '../apply/observe.ts';
import { up } from '../apply/up.ts';
import type { Project } from '../file/project.ts';
import { requireWatch, withBuilds } from './prepare.ts';
import { watchProject } from './watch.ts';
import { WatchRecord } from './watch-record.ts';

const log = loggerOf('watch');

interface RunningWatch {
  readonly tasks: TaskGroup;
  readonly ended: Promise<void>;
}

/**
 * Watches the files of projects in the background, each until it is stopped, its project has no
 * containers any more, the engine goes away, or `signal` aborts. Keeps what happened.
 */
export class FileWatches {
  readonly #host: ComposeHost;
  readonly #signal: AbortSignal;
  readonly #running = new Map<string, RunningWatch>();
  readonly #records = new Map<string, WatchRecord>();
  readonly #changes = new Changes();

  constructor(host: ComposeHost, signal: AbortSignal) {
    this.#host = host;
    this.#signal = signal;
  }

  /** Yields all watches, now and after each event, until `signal` aborts. */
  list(signal: AbortSignal): AsyncGenerator<FileWatch[], void, undefined> {
    const watches = () => [...this.#records.values()].map((record) => record.describe());
    return this.#changes.follow(watches, signal);
  }

  /**
   * Brings the project up with new builds, and resolves when its files are watched. A watch of the
   * same project ends first. Rejects with HostError if the project can't be watched.
   */
  async start(
    project: Project,
    env: Readonly<Record<string, string | undefined>>,
    report: Report,
    signal: AbortSignal,
  ): Promise<void> {
    requireWatch(project);
    await this.stop(project.name);
    await up(this.#host, withBuilds(project), { env }, report, signal);
    signal.throwIfAborted();
    // Another start may have been quicker.
    while (this.#running.has(project.name)) await this.stop(project.name);
    const watched = Promise.withResolvers<void>();
    const tasks = new TaskGroup(this.#signal);
    tasks.run((ending) => this.#watch(project, env, watched.resolve, ending));
    const ended = this.#end(project.name, tasks, watched.reject);
    this.#running.set(project.name, { tasks, ended });
    await watched.promise;
    tasks.run(async (ending) => {
      await this.#untilDown(project.name, ending);
      tasks.end();
    });
  }

  /** Resolves when nothing is watched any more. */
  async stop(project: string): Promise<void> {
    const running = this.#running.get(project);
    if (!running) return;
    this.#running.delete(project);
    running.tasks.end();
    await running.ended;
  }

  async #watch(
    project: Project,
    env: Readonly<Record<string, string | undefined>>,
    onWatched: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const record = this.#recordOf(project.name);
    const options = {
      ...{ host: this.#host, project, services: [], prune: true, env, report: () => {} },
      say: (line: string) => log.debug(line),
      output: (data: Buffer) => log.debug(String(data)),
      warn: (text: string) => record.add({ type: 'problem', text }),
      onAction: record.add.bind(record),
      onWatched() {
        record.active = true;
        record.add({ type: 'started' });
        onWatched();
      },
    };
    await watchProject(options, signal);
  }

  /** Settles after the watch. A failure before files are watched goes to the caller of `start`. */
  async #end(project: string, tasks: TaskGroup, fail: (error: unknown) => void): Promise<void> {
    const record = this.#recordOf(project);
    const failure = await tasks.ended().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    // `stop` has taken the watch out.
    const isStopped = this.#running.get(project)?.tasks !== tasks;
    if (!isStopped) this.#running.delete(project);
    const wasActive = record.active;
    record.active = false;
    if (!wasActive)
      return fail(failure?.error ?? new HostError('cancelled', 'watching was stopped'));
    if (failure) {
      log.warn(`Watching the files of ${project} failed`, failure.error);
      record.add({ type: 'ended', reason: 'failed', text: reasonOf(failure.error) });
    } else record.add({ type: 'ended', reason: isStopped ? 'stopped' : 'project-down' });
  }

  async #untilDown(project: string, signal: AbortSignal): Promise<void> {
    const { engine } = this.#host;
    const read = () => listProjectContainers(engine, project);
    for await (const containers of readOnChange(engine, 'container', read, signal)) {
      if (containers.every(({ oneoff }) => oneoff)) return;
    }
  }

  #recordOf(project: string): WatchRecord {
    const present = this.#records.get(project);
    if (present) return present;
    const record = new WatchRecord(project, () => this.#changes.tell());
    this.#records.set(project, record);
    return record;
  }
}
