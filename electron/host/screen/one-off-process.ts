import { Readable } from 'node:stream';
import { splitWords } from '../../../guest-agent/grammar/shell-words.ts';
import type { ProjectEvent } from '../../api/project-events.ts';
import type { ServiceRun } from '../../api/terminal.ts';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import type { ComposeHost, Report } from '../compose/apply/compose-host.ts';
import { eventStream } from '../compose/apply/event-stream.ts';
import { createOneOff, type OneOffContainer } from '../compose/apply/one-off.ts';
import { requireProject } from '../compose/file/load.ts';
import { attachContainer } from '../engine/attach.ts';
import type { HijackedStream } from '../engine/connection/client.ts';
import {
  removeContainer,
  resizeContainer,
  type TerminalSize,
  waitContainer,
} from '../engine/containers.ts';
import { type AttachedProcess, DETACH_KEYS, outputOf, writerOf } from './terminal-process.ts';

const log = loggerOf('terminal');

/**
 * Runs one command in a new container of a service, as `berth compose run --rm` does. The output
 * begins with the progress of what the service needs. The container is removed with the terminal.
 */
export async function attachOneOff(
  host: ComposeHost,
  run: ServiceRun,
  size: TerminalSize,
  signal: AbortSignal,
): Promise<AttachedProcess> {
  const command = splitWords(run.command);
  if (!command) throw new HostError('invalid', 'The command has a quote that is not closed.');
  const { env } = process;
  const project = await requireProject({ files: run.files, env, named: [run.service] });
  const closed = new AbortController();
  const oneOff = new OneOffRun(host, size, AbortSignal.any([signal, closed.signal]));
  const create = (report: Report, ending: AbortSignal) =>
    createOneOff(host, project, oneOffOf(run, command), optionsOf(run, env), report, ending);
  const source = Readable.from(oneOff.output(create), { objectMode: false });
  source.once('close', () => closed.abort());
  return {
    source,
    output: source,
    write: async (text) => writerOf((await oneOff.started).stream)(text),
    resize: async (wanted) => resizeContainer(host.engine, (await oneOff.started).id, wanted),
    exitCode: () => oneOff.exitCode,
  };
}

const optionsOf = ({ noDeps }: ServiceRun, env: NodeJS.ProcessEnv) => ({
  ...{ noDeps, removeOrphans: false, env },
});

const oneOffOf = ({ service, servicePorts }: ServiceRun, command: readonly string[]) => ({
  ...{ service, command, servicePorts },
  ...{ environment: {}, labels: {}, capAdd: [], capDrop: [], mounts: [], ports: [] },
  ...{ interactive: true, tty: true, rm: true, useAliases: false },
});

type Create = (report: Report, signal: AbortSignal) => Promise<OneOffContainer>;

/** The life of the container. */
class OneOffRun {
  readonly #host: ComposeHost;
  readonly #size: TerminalSize;
  readonly #signal: AbortSignal;
  readonly #started = Promise.withResolvers<{ id: string; stream: HijackedStream }>();
  readonly #exited = Promise.withResolvers<number | undefined>();

  constructor(host: ComposeHost, size: TerminalSize, signal: AbortSignal) {
    this.#host = host;
    this.#size = size;
    this.#signal = signal;
    // Nobody may type, or wait for the end.
    awaitedElsewhere(this.#started.promise);
    awaitedElsewhere(this.#exited.promise);
  }

  get started() {
    return this.#started.promise;
  }

  get exitCode() {
    return this.#exited.promise;
  }

  async *output(create: Create): AsyncGenerator<Buffer, void, undefined> {
    try {
      const created = Promise.withResolvers<OneOffContainer>();
      awaitedElsewhere(created.promise);
      const events = eventStream<ProjectEvent>(async (report, signal) => {
        created.resolve(await create(report, signal));
      }, this.#signal);
      yield* progressLines(events);
      yield* this.#run(await created.promise);
    } catch (error) {
      this.#started.reject(error);
      this.#exited.reject(error);
      if (!this.#signal.aborted) throw error;
    }
  }

  async *#run(container: OneOffContainer): AsyncGenerator<Buffer, void, undefined> {
    const { engine } = this.#host;
    const { id, name } = container;
    let hasEnded = false;
    try {
      const stream = await attachContainer(engine, id, {
        ...{ stdin: true, stdout: true, stderr: true, detachKeys: DETACH_KEYS },
      });
      const close = () => stream.socket.destroy();
      this.#signal.addEventListener('abort', close);
      try {
        this.#signal.throwIfAborted();
        const wait = await waitContainer(engine, id, 'removed', this.#signal);
        awaitedElsewhere(wait.exitCode);
        await container.start();
        // The command may have ended already.
        await log.attempt('Resizing the terminal', resizeContainer(engine, id, this.#size));
        this.#started.resolve({ id, stream });
        yield* outputOf(stream);
        this.#exited.resolve(await wait.exitCode);
        hasEnded = true;
      } finally {
        this.#signal.removeEventListener('abort', close);
        close();
      }
    } finally {
      if (!hasEnded) {
        const removal = removeContainer(engine, id, { force: true, volumes: true });
        await log.attempt(`Removing ${name}`, removal);
      }
    }
  }
}

const DIM = '\x1b[90m';
const RESET = '\x1b[0m';

/** One line for each change. A pull repeats the same message many times. */
async function* progressLines(events: AsyncIterable<ProjectEvent>): AsyncGenerator<Buffer> {
  let last = '';
  for await (const { name, text } of events) {
    const line = `${DIM}${name}  ${text}${RESET}\r\n`;
    if (line !== last) yield Buffer.from(line);
    last = line;
  }
}
