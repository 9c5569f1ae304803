import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

interface Container {
  readonly id: string;
  name: string;
  readonly image: string;
  readonly labels: Record<string, string>;
  readonly networks: readonly string[];
  readonly hasHealthCheck: boolean;
  state: 'created' | 'running' | 'exited';
  exitCode: number;
}

interface Resource {
  readonly Name: string;
  readonly Labels: Record<string, string>;
}

interface CreateBody {
  readonly Image: string;
  readonly Labels?: Record<string, string>;
  readonly Healthcheck?: object;
  readonly NetworkingConfig?: { readonly EndpointsConfig?: Record<string, object> };
}

const idOf = (name: string) => `sha256:${createHash('sha256').update(name).digest('hex')}`;

/**
 * An engine in memory that knows what bringing projects up and down, and building, asks of one. It
 * keeps account of what was done, in order.
 */
export class ComposeEngine {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #directory: string;
  readonly #listeners = new Set<ServerResponse>();
  readonly containers: Container[] = [];
  readonly networks: Resource[] = [];
  readonly volumes: Resource[] = [];
  readonly images = new Set(['busybox', 'redis']);
  /** `create shop-web-1`, `start shop-web-1`, `network shop_default`, ... */
  readonly done: string[] = [];
  /** Containers whose process ends at once, by the beginning of their names. */
  readonly ending = new Map<string, number>();
  /** Containers whose logging driver keeps no log, by the beginning of their names. */
  readonly logless = new Set<string>();
  /** Lines of a build that the next one sends. */
  buildMessages: object[] = [];
  /** Whoever asks for this waits until it resolves. */
  hold: Promise<void> | undefined;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async start(): Promise<ComposeEngine> {
    const engine = new ComposeEngine(await mkdtemp(join(tmpdir(), 'berth-compose-')));
    await new Promise<void>((resolve) => engine.#server.listen(engine.socket, resolve));
    return engine;
  }

  get socket(): string {
    return join(this.#directory, 'engine.sock');
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Containers as `name state`, by name. */
  states(): string[] {
    return this.containers.map(({ name, state }) => `${name} ${state}`).sort();
  }

  #publish(action: string, { id, name, labels }: Container): void {
    this.done.push(`${action} ${name}`);
    const event = {
      ...{ Type: 'container', Action: action, time: Math.floor(Date.now() / 1000) },
      ...{ timeNano: Date.now() * 1e6, Actor: { ID: id, Attributes: { name, ...labels } } },
    };
    for (const listener of this.#listeners) listener.write(`${JSON.stringify(event)}\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://engine');
    const path = decodeURIComponent(url.pathname.replace(/^\/v[\d.]+/, ''));
    const { method = 'GET' } = request;
    if (path === '/events') {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      this.#listeners.add(response);
      response.on('close', () => this.#listeners.delete(response));
      return;
    }
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    if (path === '/build') return this.#build(url, response);
    if (path === '/images/create') {
      this.images.add(url.searchParams.get('fromImage') ?? '');
      this.done.push(`pull ${url.searchParams.get('fromImage')}`);
      response.end('{"status":"Pull complete","id":"a"}\n');
      return;
    }
    const logs = /^\/containers\/(\w+)\/logs$/.exec(path)?.[1];
    if (logs !== undefined) return this.#logs(logs, url, response);
    if (method === 'POST' && path.endsWith('/start')) await this.hold;
    const text = request.headers['content-type'] === 'application/json' ? body.toString() : '{}';
    const [status, document] = this.#route(method, path, url, text);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(document === undefined ? '' : JSON.stringify(document));
  }

  #route(method: string, path: string, url: URL, text: string): [number, object?] {
    const [, noun = '', id = '', verb = ''] = /^\/(\w+)(?:\/(.+?))?(?:\/(\w+))?$/.exec(path) ?? [];
    if (noun === 'images') return this.#image(path);
    if (noun === 'networks') return this.#resource(this.networks, 'network', method, id, text);
    if (noun === 'volumes') return this.#resource(this.volumes, 'volume', method, id, text);
    if (path === '/system/df') {
      return [200, { BuildCache: [{ ID: 'a', Size: 2_500_000, InUse: false }] }];
    }
    if (path === '/build/prune') return [200, { SpaceReclaimed: 2_500_000 }];
    if (path === '/containers/json') return [200, this.#list(url)];
    if (path === '/containers/create') return this.#create(url, JSON.parse(text) as CreateBody);
    const container = this.containers.find((each) => each.id === id || each.name === id);
    if (!container) return [404, { message: `No such container: ${id}` }];
    return this.#control(container, method === 'DELETE' ? 'remove' : verb, url);
  }

  #image(path: string): [number, object?] {
    if (path === '/images/json') return [200, []];
    const name = path.replace(/^\/images\//, '').replace(/\/json$/, '');
    if (!this.images.has(name)) return [404, { message: `No such image: ${name}` }];
    if (path.endsWith('/json')) return [200, { Id: idOf(name) }];
    this.images.delete(name);
    return [200, []];
  }

  #resource(
    all: Resource[],
    kind: 'network' | 'volume',
    method: string,
    id: string,
    text: string,
  ): [number, object?] {
    if (method === 'POST' && /^create$/.test(id)) {
      const { Name, Labels = {} } = JSON.parse(text) as Resource;
      all.push({ Name, Labels });
      this.done.push(`${kind} ${Name}`);
      return [201, { ...base(kind), Id: Name, Name, Labels }];
    }
    if (method === 'DELETE') {
      all.splice(
        all.findIndex(({ Name }) => Name === id),
        1,
      );
      this.done.push(`remove ${kind} ${id}`);
      return [204];
    }
    const list = all.map((each) => ({ ...base(kind), Id: each.Name, ...each }));
    if (method === 'POST') return [200];
    return [200, kind === 'network' ? list : { Volumes: list }];
  }

  #list(url: URL): object[] {
    const filters = JSON.parse(url.searchParams.get('filters') ?? '{}') as { label?: string[] };
    const wanted = (filters.label ?? []).map((label) => label.split('='));
    return this.containers
      .filter(({ labels }) =>
        wanted.every(([name = '', value]) =>
          value === undefined ? name in labels : labels[name] === value,
        ),
      )
      .map((container) => ({
        ...{ Id: container.id, Names: [`/${container.name}`], Image: container.image },
        ...{ ImageID: idOf(container.image), Command: 'sh', Created: 1_760_000_000 },
        ...{ State: container.state, Status: statusOf(container), Labels: container.labels },
        Ports: container.name.includes('web')
          ? [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }]
          : [],
        NetworkSettings: {
          Networks: Object.fromEntries(container.networks.map((name) => [name, {}])),
        },
      }));
  }

  #create(url: URL, body: CreateBody): [number, object?] {
    if (!this.images.has(body.Image)) return [404, { message: `No such image: ${body.Image}` }];
    const name = url.searchParams.get('name') ?? randomBytes(4).toString('hex');
    if (this.containers.some((each) => each.name === name)) {
      return [409, { message: `The container name "/${name}" is already in use` }];
    }
    const container: Container = {
      ...{ id: randomBytes(32).toString('hex'), name, image: body.Image },
      labels: body.Labels ?? {},
      networks: Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {}),
      hasHealthCheck: body.Healthcheck !== undefined,
      ...{ state: 'created', exitCode: 0 },
    };
    this.containers.push(container);
    this.#publish('create', container);
    return [201, { Id: container.id, Warnings: [] }];
  }

  #control(container: Container, verb: string, url: URL): [number, object?] {
    switch (verb) {
      case 'start':
      case 'restart': {
        container.state = 'running';
        const code = [...this.ending].find(([name]) => container.name.startsWith(name))?.[1];
        if (code !== undefined) Object.assign(container, { state: 'exited', exitCode: code });
        this.#publish('start', container);
        return [204];
      }
      case 'stop':
        container.state = 'exited';
        this.#publish('stop', container);
        return [204];
      case 'rename':
        container.name = url.searchParams.get('name') ?? '';
        this.#publish('rename', container);
        return [204];
      case 'remove':
        this.containers.splice(this.containers.indexOf(container), 1);
        this.#publish('destroy', container);
        return [204];
      case 'json':
        return [200, detailsOf(container)];
      default:
        return [200];
    }
  }

  #logs(id: string, url: URL, response: ServerResponse): void {
    const name = this.containers.find((each) => each.id === id)?.name ?? '';
    if ([...this.logless].some((start) => name.startsWith(start))) {
      response.writeHead(501, { 'content-type': 'application/json' });
      response.end('{"message":"configured logging driver does not support reading"}');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/vnd.docker.multiplexed-stream' });
    const tail = url.searchParams.get('tail') === '1' ? 1 : 2;
    for (const [second, line] of [`${name} is ready`, 'listening on port 80'].entries()) {
      if (second < 2 - tail) continue;
      const data = Buffer.from(`2026-01-01T00:00:0${second}.000000000Z ${line}\n`);
      const header = Buffer.alloc(8);
      header.writeUInt8(1, 0);
      header.writeUInt32BE(data.length, 4);
      response.write(Buffer.concat([header, data]));
    }
    if (url.searchParams.get('follow') !== 'true') response.end();
  }

  #build(url: URL, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (const message of this.buildMessages) response.write(`${JSON.stringify(message)}\n`);
    const tag = url.searchParams.get('t');
    if (tag !== null) this.images.add(tag);
    this.done.push(`build ${tag}`);
    response.end();
  }
}

const base = (kind: 'network' | 'volume') =>
  kind === 'network'
    ? {
        Created: '2026-01-01T00:00:00Z',
        Scope: 'local',
        Driver: 'bridge',
        EnableIPv6: false,
        Internal: false,
      }
    : { Driver: 'local', Mountpoint: '/v', Scope: 'local' };

function statusOf({ state, exitCode, hasHealthCheck }: Container): string {
  if (state === 'created') return 'Created';
  if (state === 'exited') return `Exited (${exitCode}) 1 second ago`;
  return hasHealthCheck ? 'Up 5 seconds (healthy)' : 'Up 5 seconds';
}

const detailsOf = ({ id, name, image, labels, state, exitCode, hasHealthCheck }: Container) => ({
  Id: id,
  Name: `/${name}`,
  State: {
    ...{ Status: state, Running: state === 'running', ExitCode: exitCode },
    ...(hasHealthCheck && { Health: { Status: 'healthy' } }),
  },
  Config: { Image: image, Tty: false, OpenStdin: false, Labels: labels },
  HostConfig: {},
  NetworkSettings: { Ports: {} },
  Mounts: [],
});
