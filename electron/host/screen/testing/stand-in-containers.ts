import { randomBytes } from 'node:crypto';
import { type Answer, fail, type Publish, reply } from './stand-in-answer.ts';
import { detailsOf, type StandInContainer, summaryOf } from './stand-in-documents.ts';
import { StandInLog } from './stand-in-log.ts';
import { StandInShell } from './stand-in-shell.ts';
import { StandInStats } from './stand-in-stats.ts';

/** What a test says of a container; the rest is usual. */
export type NewContainer = Pick<StandInContainer, 'image'> &
  Partial<
    Pick<
      StandInContainer,
      | 'name'
      | 'tty'
      | 'labels'
      | 'ports'
      | 'health'
      | 'environment'
      | 'shells'
      | 'hostConfig'
      | 'request'
      | 'volumes'
    > & { imageId: string; networks: readonly string[] }
  >;

/** The containers of the stand-in engine, and what can be done to one. */
export class StandInContainers {
  readonly execs = new Map<string, StandInShell>();
  readonly #all: StandInContainer[] = [];
  readonly #publish: Publish;
  readonly #isBroken: (imageId: string) => boolean;

  /** `isBroken`: containers of such an image end with code 78 as soon as they start. */
  constructor(publish: Publish, isBroken: (imageId: string) => boolean) {
    this.#publish = publish;
    this.#isBroken = isBroken;
  }

  get all(): readonly StandInContainer[] {
    return this.#all;
  }

  summaries(): object[] {
    return this.#all.map(summaryOf);
  }

  find(id: string): StandInContainer | undefined {
    return this.#all.find((each) => each.id === id || each.name === id);
  }

  add(fields: NewContainer): string {
    const id = randomBytes(32).toString('hex');
    this.#all.unshift({
      ...{ id, imageId: 'sha256:0', tty: false, labels: {}, ports: [], health: undefined },
      ...{ environment: [], shells: ['/bin/sh'], hostConfig: {} },
      ...{ state: 'created', startedAt: new Date(0), exitCode: 0, shell: undefined, written: '' },
      name: `calm_harbour_${this.#all.length + 1}`,
      ...{ request: {}, volumes: [] },
      ...fields,
      networks: new Map(fields.networks?.map((name, index) => [name, `172.18.0.${index + 2}`])),
      created: Math.floor(Date.now() / 1000),
      ended: Promise.withResolvers(),
      log: new StandInLog(),
      stats: new StandInStats(),
    });
    this.#publish('container', 'create', id);
    return id;
  }

  start(id: string): void {
    const container = this.find(id);
    if (!container || container.state === 'running') return;
    container.state = 'running';
    container.startedAt = new Date();
    container.ended = Promise.withResolvers();
    container.shell = new StandInShell((code) => {
      // As with a real process: its terminal closes first, and the engine learns of the end later.
      container.shell?.end();
      setTimeout(() => this.exit(id, code), 20);
    });
    this.#publish('container', 'start', id);
    if (container.image.startsWith('hello-world')) this.exit(id, 0);
  }

  exit(id: string, code: number): void {
    const container = this.find(id);
    if (container?.state !== 'running' && container?.state !== 'paused') return;
    container.state = 'exited';
    container.exitCode = code;
    container.written += container.shell?.written ?? '';
    container.shell?.end();
    container.shell = undefined;
    container.log.end();
    container.stats.end();
    container.ended.resolve();
    const { name } = container;
    this.#publish('container', 'die', id, { exitCode: String(code), name });
  }

  /** Answers calls about one container. */
  control(container: StandInContainer, verb: string, url: URL, body: string): Answer {
    const { searchParams } = url;
    const { id } = container;
    switch (verb) {
      case 'json':
        return reply(200, detailsOf(container));
      case 'start':
        this.start(id);
        if (this.#isBroken(container.imageId)) this.exit(id, 78);
        return reply(204);
      case 'stop':
      case 'kill':
        this.#publish('container', 'kill', id);
        this.exit(id, 137);
        return reply(204);
      case 'restart':
        this.exit(id, 0);
        this.start(id);
        return reply(204);
      case 'pause':
      case 'unpause':
        container.state = verb === 'pause' ? 'paused' : 'running';
        this.#publish('container', verb, id);
        return reply(204);
      case 'rename':
        return this.#rename(container, searchParams.get('name') ?? '');
      case 'update':
        Object.assign(container.hostConfig, JSON.parse(body));
        this.#publish('container', 'update', id);
        return reply(200, { Warnings: [] });
      case 'archive':
        return stat(container, searchParams.get('path') ?? '');
      case 'resize':
        container.shell?.resize(Number(searchParams.get('w')), Number(searchParams.get('h')));
        return reply(200);
      case 'exec': {
        const execId = randomBytes(32).toString('hex');
        const shell = new StandInShell(() => shell.end());
        this.execs.set(execId, shell);
        return reply(201, { Id: execId });
      }
      case 'logs':
        return reply(200, logOfTerminal(container, searchParams.get('timestamps') === 'true'));
      case 'remove':
        return this.#remove(container, searchParams.get('force') === 'true');
      default:
        return fail(404, `no such page: ${url.pathname}`);
    }
  }

  #rename(container: StandInContainer, name: string): Answer {
    if (this.find(name)) return fail(409, `the name "${name}" is already in use`);
    container.name = name;
    this.#publish('container', 'rename', container.id);
    return reply(204);
  }

  #remove(container: StandInContainer, force: boolean): Answer {
    if (container.state === 'running' && !force) {
      return fail(409, `container ${container.name} is running`);
    }
    this.exit(container.id, 137);
    this.#all.splice(this.#all.indexOf(container), 1);
    this.#publish('container', 'destroy', container.id);
    return reply(204);
  }
}

function logOfTerminal({ written, shell }: StandInContainer, timestamps: boolean): string {
  const text = written + (shell?.written ?? '');
  return timestamps ? text.replace(/^(?=.)/gm, `${new Date().toISOString()} `) : text;
}

/** HEAD /containers/{id}/archive; only shells are there. */
function stat({ shells }: StandInContainer, path: string): Answer {
  if (!shells.includes(path)) return fail(404, `no such file: ${path}`);
  const document = JSON.stringify({ name: path, size: 1, mode: 0o755, linkTarget: '' });
  const header = Buffer.from(document).toString('base64');
  return { ...reply(200), headers: { 'x-docker-container-path-stat': header } };
}
