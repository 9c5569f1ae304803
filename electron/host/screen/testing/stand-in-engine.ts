import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Answer, fail, reply } from './stand-in-answer.ts';
import { detailsOf, type StandInContainer, summaryOf } from './stand-in-documents.ts';
import { StandInFiles } from './stand-in-files.ts';
import { StandInImages } from './stand-in-images.ts';
import { StandInNetworks } from './stand-in-networks.ts';
import { StandInShell } from './stand-in-shell.ts';
import { systemAnswer } from './stand-in-system.ts';
import { StandInVolumes } from './stand-in-volumes.ts';

const RAW_STREAM = 'application/vnd.docker.raw-stream';

const FILES = /^\/(containers|volumes)\/([^/]+)\/(archive|files(?:\/rename)?)$/;

/** An engine in memory that answers what a screen asks, over a real unix socket. */
export class StandInEngine {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #directory: string;
  readonly #containers: StandInContainer[] = [];
  readonly images = new StandInImages((action, id) => this.#publish('image', action, id));
  readonly volumes: StandInVolumes;
  readonly networks: StandInNetworks;
  readonly #execs = new Map<string, StandInShell>();
  readonly #listeners = new Set<ServerResponse>();
  readonly #upgraded = new Set<Duplex>();

  private constructor(directory: string) {
    this.#directory = directory;
    const containers = () => this.#containers;
    this.volumes = new StandInVolumes(join(directory, 'volumes'), containers, (action, name) =>
      this.#publish('volume', action, name),
    );
    this.networks = new StandInNetworks(containers, (action, id) =>
      this.#publish('network', action, id),
    );
    this.#server.on('upgrade', (...upgrade) => this.#upgrade(...upgrade));
  }

  static async start(): Promise<StandInEngine> {
    const engine = new StandInEngine(await mkdtemp(join(tmpdir(), 'berth-engine-')));
    await new Promise<void>((resolve) => engine.#server.listen(engine.socket, resolve));
    return engine;
  }

  get socket(): string {
    return join(this.#directory, 'engine.sock');
  }

  /** How many screens hear its events. */
  get listeners(): number {
    return this.#listeners.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#upgraded) socket.destroy();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await rm(this.#directory, { recursive: true, force: true });
  }

  addImage(reference: string): void {
    this.images.add(reference);
  }

  /** A folder that stands for the root of a container's files. */
  containerRoot(id: string): string {
    return join(this.#directory, 'containers', this.#find(id)?.id ?? id);
  }

  addContainer(fields: {
    name?: string;
    image: string;
    tty?: boolean;
    command?: string;
    volumes?: readonly string[];
    networks?: readonly string[];
    request?: object;
  }): string {
    const id = randomBytes(32).toString('hex');
    this.#containers.unshift({
      id,
      name: fields.name ?? `calm_harbour_${this.#containers.length + 1}`,
      image: fields.image,
      imageId: this.images.find(fields.image)?.id ?? 'sha256:0',
      request: fields.request ?? {},
      tty: fields.tty ?? false,
      created: Math.floor(Date.now() / 1000),
      state: 'created',
      startedAt: new Date(0),
      exitCode: 0,
      ended: Promise.withResolvers(),
      shell: undefined,
      log: '',
      volumes: fields.volumes ?? [],
      networks: new Map(fields.networks?.map((name, index) => [name, `172.18.0.${index + 2}`])),
    });
    this.#publish('container', 'create', id);
    return id;
  }

  startContainer(id: string): void {
    const container = this.#find(id);
    if (!container || container.state === 'running') return;
    container.state = 'running';
    container.startedAt = new Date();
    container.ended = Promise.withResolvers();
    container.shell = new StandInShell((code) => {
      // As with a real process: its terminal closes first, and the engine learns of the end later.
      container.shell?.end();
      setTimeout(() => this.exitContainer(id, code), 20);
    });
    this.#publish('container', 'start', id);
    if (container.image.startsWith('hello-world')) this.exitContainer(id, 0);
  }

  exitContainer(id: string, code: number): void {
    const container = this.#find(id);
    if (container?.state !== 'running') return;
    container.state = 'exited';
    container.exitCode = code;
    container.log += container.shell?.written ?? '';
    container.shell?.end();
    container.shell = undefined;
    container.ended.resolve();
    this.#publish('container', 'die', id, { exitCode: String(code), name: container.name });
  }

  /** What a container was created with. */
  requestOf(name: string): object | undefined {
    return this.#find(name)?.request;
  }

  #find(id: string): StandInContainer | undefined {
    return this.#containers.find((each) => each.id === id || each.name === id);
  }

  #publish(type: string, action: string, id: string, attributes: object = {}): void {
    const message = { Type: type, Action: action, Actor: { ID: id, Attributes: attributes } };
    const time = { time: Math.floor(Date.now() / 1000), timeNano: Date.now() * 1e6 };
    for (const listener of this.#listeners) {
      listener.write(`${JSON.stringify({ ...message, ...time })}\n`);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://engine');
    const path = url.pathname.replace(/^\/v[\d.]+/, '');
    const [, holder, id = '', verb = ''] = FILES.exec(path) ?? [];
    if (holder === 'containers' && this.#find(id)) {
      return new StandInFiles(this.containerRoot(id)).answer(request, response, verb, url);
    }
    if (holder === 'volumes' && this.volumes.has(id)) {
      return new StandInFiles(this.volumes.root(id)).answer(request, response, verb, url);
    }
    if (path === '/events') return this.#listen(request, response);
    const body = request.method === 'POST' ? await text(request) : '';
    if (path.startsWith('/images/')) {
      return this.images.answer(request.method ?? '', path, url, response, this.#containers);
    }
    if (path.endsWith('/wait')) await this.#waitFor(path);
    const { status, document } = this.#route(request.method ?? '', path, url, body);
    const raw = typeof document === 'string';
    response.writeHead(status, { 'content-type': raw ? RAW_STREAM : 'application/json' });
    response.end(raw || document === undefined ? document : JSON.stringify(document));
  }

  #route(method: string, path: string, url: URL, body: string): Answer {
    if (url.searchParams.get('type') === 'volume') return this.volumes.diskUsage();
    const system = systemAnswer(path, body);
    if (system) return system;
    const part = { '/volumes': this.volumes, '/networks': this.networks }[
      /^\/\w+/.exec(path)?.[0] ?? ''
    ];
    if (part) return part.route(method, path, body);
    const [, noun = '', id = '', verb = ''] = /^\/(\w+)\/(.+?)(?:\/(\w+))?$/.exec(path) ?? [];
    if (path === '/containers/json') return reply(200, this.#containers.map(summaryOf));
    if (path === '/containers/create') return this.#create(url, body);
    if (noun === 'exec') return this.#exec(id, verb, url);
    const container = this.#find(id);
    if (!container) return fail(404, `no such container: ${id}`);
    return this.#control(container, method === 'DELETE' ? 'remove' : verb, url);
  }

  #listen(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    this.#listeners.add(response);
    request.on('close', () => this.#listeners.delete(response));
    response.on('close', () => this.#listeners.delete(response));
  }

  async #waitFor(path: string): Promise<void> {
    const container = this.#find(path.split('/')[2] ?? '');
    if (container?.state === 'running') await container.ended.promise;
  }

  #create(url: URL, body: string): Answer {
    const request = JSON.parse(body) as { Image: string; Tty: boolean };
    const { Image, Tty } = request;
    const image = Image.includes(':') ? Image : `${Image}:latest`;
    if (!this.images.find(image)) return fail(404, `no such image: ${image}`);
    const name = url.searchParams.get('name');
    if (name !== null && this.#find(name)) {
      return fail(409, `the name "${name}" is already in use`);
    }
    const id = this.addContainer({ image, tty: Tty, request, ...(name === null ? {} : { name }) });
    return reply(201, { Id: id, Warnings: [] });
  }

  #exec(id: string, verb: string, url: URL): Answer {
    const { searchParams } = url;
    if (verb === 'resize') {
      this.#execs.get(id)?.resize(Number(searchParams.get('w')), Number(searchParams.get('h')));
    }
    return reply(200, { Running: false, ExitCode: 0 });
  }

  #control(container: StandInContainer, verb: string, url: URL): Answer {
    const { searchParams } = url;
    switch (verb) {
      case 'json':
        return reply(200, detailsOf(container));
      case 'start':
        this.startContainer(container.id);
        return reply(204);
      case 'stop':
      case 'kill':
        this.#publish('container', 'kill', container.id);
        this.exitContainer(container.id, 137);
        return reply(204);
      case 'resize':
        container.shell?.resize(Number(searchParams.get('w')), Number(searchParams.get('h')));
        return reply(200);
      case 'exec': {
        const id = randomBytes(32).toString('hex');
        const shell = new StandInShell(() => shell.end());
        this.#execs.set(id, shell);
        return reply(201, { Id: id });
      }
      case 'logs':
        return reply(200, container.log + (container.shell?.written ?? ''));
      case 'wait':
        return reply(200, { StatusCode: container.exitCode });
      case 'remove':
        if (container.state === 'running' && searchParams.get('force') !== 'true') {
          return fail(409, `container ${container.name} is running`);
        }
        this.exitContainer(container.id, 137);
        this.#containers.splice(this.#containers.indexOf(container), 1);
        this.#publish('container', 'destroy', container.id);
        return reply(204);
      default:
        return fail(404, `no such page: ${url.pathname}`);
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#upgraded.add(socket);
    socket.on('close', () => this.#upgraded.delete(socket));
    socket.on('error', () => {}); // The other side may leave at any time.
    const { pathname } = new URL(request.url ?? '', 'http://engine');
    const [, noun, id = ''] = /\/(containers|exec)\/(\w+)\/\w+$/.exec(pathname) ?? [];
    const shell = noun === 'exec' ? this.#execs.get(id) : this.#find(id)?.shell;
    const begin = () => {
      socket.write(
        `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${RAW_STREAM}\r\n` +
          'Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
      );
      // As the engine does: without a process, it waits for the next one.
      shell?.attach(socket);
    };
    // The request's own body comes before what is typed.
    const length = Number(request.headers['content-length'] ?? 0);
    if (head.length >= length) begin();
    else socket.once('data', begin);
  }
}
