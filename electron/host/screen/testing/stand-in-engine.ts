import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Answer, fail, reply } from './stand-in-answer.ts';
import { type NewContainer, StandInContainers } from './stand-in-containers.ts';
import { imageSummaryOf, type StandInImage } from './stand-in-documents.ts';

const RAW_STREAM = 'application/vnd.docker.raw-stream';

/** Sizes of the images that can be pulled, in bytes. */
const REGISTRY: Readonly<Record<string, number>> = {
  'busybox:latest': 4_261_574,
  'hello-world:latest': 13_256,
  'alpine:3.22': 8_312_004,
};

const INFO = {
  ...{ Containers: 0, ContainersRunning: 0, ContainersPaused: 0, ContainersStopped: 0, Images: 0 },
  ...{ Driver: 'erofs', ServerVersion: '1', KernelVersion: '6', OperatingSystem: 'Berth' },
  ...{ OSType: 'linux', Architecture: 'x86_64', Name: 'berth', NCPU: 4, MemTotal: 4_294_967_296 },
};

/** An engine in memory that answers what a screen asks, over a real unix socket. */
export class StandInEngine {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #directory: string;
  readonly containers = new StandInContainers((...event) => this.#publish(...event));
  readonly #images: StandInImage[] = [];
  readonly #newer = new Map<string, { broken: boolean }>();
  readonly #listeners = new Set<ServerResponse>();
  readonly #upgraded = new Set<Duplex>();

  private constructor(directory: string) {
    this.#directory = directory;
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
    const id = `sha256:${randomBytes(32).toString('hex')}`;
    this.#images.unshift({ id, reference, size: REGISTRY[reference] ?? 1_000_000 });
    this.#publish('image', 'pull', id);
  }

  /** The next pull of this reference gets an image that is newer; a broken one ends at once. */
  publishNewer(reference: string, { broken = false } = {}): void {
    this.#newer.set(reference, { broken });
  }

  addContainer(fields: NewContainer): string {
    const imageId = this.#images.find(({ reference }) => reference === fields.image)?.id;
    return this.containers.add({ ...(imageId ? { imageId } : {}), ...fields });
  }

  startContainer(id: string): void {
    this.containers.start(id);
  }

  exitContainer(id: string, code: number): void {
    this.containers.exit(id, code);
  }

  #publish(type: string, action: string, id: string): void {
    const message = { Type: type, Action: action, Actor: { ID: id, Attributes: {} } };
    const time = { time: Math.floor(Date.now() / 1000), timeNano: Date.now() * 1e6 };
    for (const listener of this.#listeners) {
      listener.write(`${JSON.stringify({ ...message, ...time })}\n`);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://engine');
    const path = url.pathname.replace(/^\/v[\d.]+/, '');
    const body = request.method === 'POST' ? await text(request) : '';
    if (path === '/events') return this.#listen(request, response);
    if (path === '/images/create') return this.#pull(url, response);
    if (path.endsWith('/wait')) return await this.#waitFor(path, response);
    if (this.#sendStream(path, url, response)) return;
    const { status, document, headers } = this.#route(request.method ?? '', path, url, body);
    const raw = typeof document === 'string';
    const type = raw ? RAW_STREAM : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(raw || document === undefined ? document : JSON.stringify(document));
  }

  #route(method: string, path: string, url: URL, body: string): Answer {
    const [, noun = '', id = '', verb = ''] = /^\/(\w+)\/(.+?)(?:\/(\w+))?$/.exec(path) ?? [];
    if (path === '/containers/json') return reply(200, this.containers.summaries());
    if (path === '/containers/create') return this.#create(url, body);
    if (path === '/images/json') return reply(200, this.#images.map(imageSummaryOf));
    if (path === '/info') return reply(200, INFO);
    if (path === '/commit') return this.#commit(url);
    if (noun === 'images' && verb === 'json') return this.#inspectImage(decodeURIComponent(id));
    if (noun === 'images') return this.#removeImage(decodeURIComponent(path.slice(8)));
    if (noun === 'exec') return this.#exec(id, verb, url);
    const container = this.containers.find(id);
    if (!container) return fail(404, `no such container: ${id}`);
    const asked = method === 'DELETE' ? 'remove' : verb;
    return this.containers.control(container, asked, url, body);
  }

  /** Logs and statistics go on while somebody hears them; true when this was such a call. */
  #sendStream(path: string, { searchParams }: URL, response: ServerResponse): boolean {
    const [, id = '', verb = ''] = /^\/containers\/(\w+)\/(logs|stats)$/.exec(path) ?? [];
    const container = this.containers.find(id);
    if (!container || (verb === 'logs' && container.tty)) return false;
    if (verb === 'stats') container.stats.send(response, container.state === 'running');
    else container.log.send(response, searchParams, container.state === 'running');
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
    const { Image, Tty } = JSON.parse(body) as { Image: string; Tty: boolean };
    const image = Image.includes(':') ? Image : `${Image}:latest`;
    if (!this.#images.some(({ reference }) => reference === image)) {
      return fail(404, `no such image: ${image}`);
    }
    const name = url.searchParams.get('name');
    if (name !== null && this.containers.find(name)) {
      return fail(409, `the name "${name}" is already in use`);
    }
    const id = this.addContainer({ image, tty: Tty, ...(name === null ? {} : { name }) });
    return reply(201, { Id: id, Warnings: [] });
  }

  #commit({ searchParams }: URL): Answer {
    const reference = `${searchParams.get('repo')}:${searchParams.get('tag')}`;
    this.addImage(reference);
    return reply(201, { Id: this.#images[0]?.id });
  }

  #inspectImage(name: string): Answer {
    const image = this.#images.find(({ id, reference }) => id === name || reference === name);
    if (!image) return fail(404, `no such image: ${name}`);
    return reply(200, { Id: image.id, Config: { Cmd: ['sh'], Env: ['PATH=/bin'] } });
  }

  async #pull(url: URL, response: ServerResponse): Promise<void> {
    const reference = `${url.searchParams.get('fromImage')}:${url.searchParams.get('tag')}`;
    const total = REGISTRY[reference];
    if (total === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(fail(404, `manifest for ${reference} not found`).document));
      return;
    }
    const layer = { id: 'a3ed95caeb02' };
    for (const current of [total / 4, total / 2, total]) {
      const progressDetail = { current, total };
      response.write(`${JSON.stringify({ ...layer, status: 'Downloading', progressDetail })}\n`);
    }
    response.write(`${JSON.stringify({ ...layer, status: 'Pull complete' })}\n`);
    const isHere = this.#images.some((image) => image.reference === reference);
    const newer = this.#newer.get(reference);
    this.#newer.delete(reference);
    if (!isHere || newer) this.addImage(reference);
    if (newer?.broken) this.containers.brokenImages.add(this.#images[0]?.id ?? '');
    response.end();
  }

  #removeImage(name: string): Answer {
    const index = this.#images.findIndex(({ reference, id }) => reference === name || id === name);
    if (index < 0) return fail(404, `no such image: ${name}`);
    if (this.containers.all.some(({ image, state }) => image === name && state === 'running')) {
      return fail(409, `a running container uses ${name}`);
    }
    const [image] = this.#images.splice(index, 1);
    this.#publish('image', 'untag', image?.id ?? '');
    return reply(200, [{ Untagged: name }]);
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
