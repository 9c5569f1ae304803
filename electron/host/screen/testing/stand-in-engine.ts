import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { testSocket } from '../../../../guest-agent/testing/test-socket.ts';
import { type Answer, fail, reply } from './stand-in-answer.ts';
import { type NewContainer, StandInContainers } from './stand-in-containers.ts';
import { StandInFiles } from './stand-in-files.ts';
import { StandInImages } from './stand-in-images.ts';
import { StandInNetworks } from './stand-in-networks.ts';
import { systemAnswer } from './stand-in-system.ts';
import { StandInVolumes } from './stand-in-volumes.ts';

const RAW_STREAM = 'application/vnd.docker.raw-stream';

const FILES = /^\/(containers|volumes)\/([^/]+)\/(archive|files(?:\/rename)?)$/;

/** An engine in memory that answers what a screen asks, over a real unix socket. */
export class StandInEngine {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #directory: string;
  readonly images = new StandInImages((action, id) => this.#publish('image', action, id));
  readonly containers = new StandInContainers(
    (...event) => this.#publish(...event),
    this.images.isBroken,
  );
  readonly volumes: StandInVolumes;
  readonly networks: StandInNetworks;
  /** What it warns of in `/info`. */
  warnings: string[] = [];
  readonly #listeners = new Set<ServerResponse>();
  readonly #upgraded = new Set<Duplex>();

  private constructor(directory: string) {
    this.#directory = directory;
    const containers = () => this.containers.all;
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
    return testSocket(this.#directory, 'engine');
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
    return join(this.#directory, 'containers', this.containers.find(id)?.id ?? id);
  }

  addContainer(fields: NewContainer): string {
    const imageId = this.images.find(fields.image)?.id;
    return this.containers.add({ ...(imageId ? { imageId } : {}), ...fields });
  }

  startContainer(id: string): void {
    this.containers.start(id);
  }

  exitContainer(id: string, code: number): void {
    this.containers.exit(id, code);
  }

  /** What a container was created with. */
  requestOf(name: string): object | undefined {
    return this.containers.find(name)?.request;
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
    const files = this.#filesBehind(path, url.searchParams.get('path') ?? '');
    if (files) return files.folder.answer(request, response, files.verb, url);
    const body = request.method === 'POST' ? await text(request) : '';
    if (path === '/events') return this.#listen(request, response);
    if (path === '/usage') return tellUsage(response);
    if (path.startsWith('/images/')) {
      return this.images.answer(request.method ?? '', path, url, response, this.containers.all);
    }
    if (path.endsWith('/wait')) return await this.#waitFor(path, response);
    if (this.#sendStream(path, url, response)) return;
    const { status, document, headers } = this.#route(request.method ?? '', path, url, body);
    const raw = typeof document === 'string';
    const type = raw ? RAW_STREAM : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(raw || document === undefined ? document : JSON.stringify(document));
  }

  /** Whose files a path is about. Shells, which a terminal looks for, are not among them. */
  #filesBehind(path: string, file: string) {
    const [, holder, id = '', verb = ''] = FILES.exec(path) ?? [];
    if (holder === 'volumes' && this.volumes.has(id)) {
      return { folder: new StandInFiles(this.volumes.root(id)), verb };
    }
    const container = this.containers.find(id);
    if (holder !== 'containers' || container?.shells.includes(file) !== false) return undefined;
    return { folder: new StandInFiles(this.containerRoot(id)), verb };
  }

  /** Volumes that a prune removes, according to `systemAnswer`. */
  #previewPrune(query: URLSearchParams): object {
    const scope = query.get('images');
    if (scope !== null) return this.images.previewPrune(scope, this.containers.all);
    const volumes = query.has('volumes') ? [{ Name: 'old', Size: 5_000_000 }] : [];
    return { Volumes: volumes, SpaceReclaimed: volumes.length > 0 ? 5_000_000 : 0 };
  }

  #route(method: string, path: string, url: URL, body: string): Answer {
    const [, noun = '', id = '', verb = ''] = /^\/(\w+)\/(.+?)(?:\/(\w+))?$/.exec(path) ?? [];
    if (url.searchParams.get('type') === 'volume') return this.volumes.diskUsage();
    if (path === '/prune') return reply(200, this.#previewPrune(url.searchParams));
    const system = systemAnswer(path, body, this.warnings);
    if (system) return system;
    const part = { '/volumes': this.volumes, '/networks': this.networks }[
      /^\/\w+/.exec(path)?.[0] ?? ''
    ];
    if (part) return part.route(method, path, body);
    if (path === '/containers/json') return reply(200, this.containers.summaries());
    if (path === '/containers/create') return this.#create(url, body);
    if (path === '/commit') return this.#commit(url);
    if (noun === 'exec') return this.#exec(id, verb, url);
    const container = this.containers.find(id);
    if (!container) return fail(404, `no such container: ${id}`);
    const asked = method === 'DELETE' ? 'remove' : verb;
    return this.containers.control(container, asked, url, body);
  }

  /** Streams logs and statistics while a client listens; true if this was such a call. */
  #sendStream(path: string, { searchParams }: URL, response: ServerResponse): boolean {
    const [, id = '', verb = ''] = /^\/containers\/(\w+)\/(logs|stats)$/.exec(path) ?? [];
    const container = this.containers.find(id);
    if (!container || (verb === 'logs' && container.tty)) return false;
    if (verb === 'stats') container.stats.send(response, container.state === 'running');
    else void container.log.send(response, searchParams, container.state === 'running');
    return true;
  }

  #listen(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    this.#listeners.add(response);
    request.on('close', () => this.#listeners.delete(response));
    response.on('close', () => this.#listeners.delete(response));
  }

  /** As the engine does, tells that it waits before it does. */
  async #waitFor(path: string, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    const container = this.containers.find(path.split('/')[2] ?? '');
    const isUp = container?.state === 'running' || container?.state === 'paused';
    if (isUp) await container.ended.promise;
    response.end(JSON.stringify({ StatusCode: container?.exitCode ?? 0 }));
  }

  #create(url: URL, body: string): Answer {
    const request = JSON.parse(body) as { Image: string; Tty: boolean };
    const { Image, Tty } = request;
    const image = Image.includes(':') ? Image : `${Image}:latest`;
    if (!this.images.find(image)) return fail(404, `no such image: ${image}`);
    const name = url.searchParams.get('name');
    if (name !== null && this.containers.find(name)) {
      return fail(409, `the name "${name}" is already in use`);
    }
    const id = this.addContainer({ image, tty: Tty, request, ...(name === null ? {} : { name }) });
    return reply(201, { Id: id, Warnings: [] });
  }

  #commit({ searchParams }: URL): Answer {
    const reference = `${searchParams.get('repo')}:${searchParams.get('tag')}`;
    this.addImage(reference);
    return reply(201, { Id: this.images.find(reference)?.id });
  }

  #exec(id: string, verb: string, url: URL): Answer {
    const { searchParams } = url;
    if (verb === 'resize') {
      const size = [Number(searchParams.get('w')), Number(searchParams.get('h'))] as const;
      this.containers.execs.get(id)?.resize(...size);
    }
    return reply(200, { Running: false, ExitCode: 0 });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#upgraded.add(socket);
    socket.on('close', () => this.#upgraded.delete(socket));
    socket.on('error', () => {}); // The other side may leave at any time.
    const { pathname } = new URL(request.url ?? '', 'http://engine');
    const [, noun, id = ''] = /\/(containers|exec)\/(\w+)\/\w+$/.exec(pathname) ?? [];
    const shell = noun === 'exec' ? this.containers.execs.get(id) : this.containers.find(id)?.shell;
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

/** The VM's usage, once; the connection stays open. */
function tellUsage(response: ServerResponse): void {
  const usage = { Cpu: 0.25, Memory: 1e9, MemoryTotal: 2e9, Disk: 8e9, DiskTotal: 64e9 };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(`${JSON.stringify(usage)}\n`);
}
