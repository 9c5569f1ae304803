import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { HostError } from '../../base/errors.ts';
import { isRecord } from '../../base/is-record.ts';
import type {
  EngineClient,
  HijackedStream,
  RequestOptions,
} from '../../engine/connection/client.ts';
import { registryDigest } from '../../engine/images.ts';

/** What a change of a container makes of its state. */
const STATES: Readonly<Record<string, string>> = {
  ...{ start: 'running', restart: 'running', unpause: 'running' },
  ...{ stop: 'exited', kill: 'exited', pause: 'paused' },
};
const REMOVED = 'removed';
const CONTAINER = /^\/containers\/([^/]+)(?:\/([a-z]+))?$/;
/** Other changes, whose answers hold nothing that anybody reads. */
const SILENT = [
  /^DELETE \/(networks|volumes|images)\//,
  /^POST \/containers\/[^/]+\/rename$/,
  /^POST \/networks\/[^/]+\/(connect|disconnect)$/,
  /^PUT \/containers\/[^/]+\/archive$/,
  /^POST \/images\/.+\/push$/,
];
/** Hooks run in these execs, which don't exist. */
const EXEC_ID = 'dry-run';

/**
 * An engine that reads from another one, and changes nothing: each change succeeds at once, so that
 * its caller can tell what it would do. Started containers are healthy. A pull asks the registry
 * whether the image exists. Rejects with HostError 'invalid' for what can't be tried.
 */
export class DryRunEngine implements EngineClient {
  readonly #engine: EngineClient;
  /** By ID, which is their name. */
  readonly #created = new Map<string, Readonly<Record<string, unknown>>>();
  /** The states of containers that would have changed, by ID. */
  readonly #states = new Map<string, string>();

  constructor(engine: EngineClient) {
    this.#engine = engine;
  }

  async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    return (await this.#answer(method, path, options)) as T;
  }

  async stream(method: string, path: string, options: RequestOptions = {}) {
    if (method === 'GET' || path.endsWith('/wait'))
      return this.#engine.stream(method, path, options);
    const call = `${method} ${path}`;
    if (call === 'POST /images/create') await this.#findAtRegistry(options);
    else if (!isSilent(call)) refuse();
    return emptyReply();
  }

  async hijack(path: string): Promise<HijackedStream> {
    if (path !== `/exec/${EXEC_ID}/start`) refuse();
    const socket = new PassThrough();
    socket.end();
    return { socket, raw: false };
  }

  #answer(method: string, path: string, options: RequestOptions): Promise<unknown> | unknown {
    const body = isRecord(options.body) ? options.body : {};
    const call = `${method} ${path}`;
    if (call === 'GET /containers/json') return this.#list(options);
    if (call === 'POST /containers/create') return this.#create(body, options);
    const [, id = '', verb = ''] = CONTAINER.exec(path)?.map(decodeURIComponent) ?? [];
    if (method === 'GET' && verb === 'json') return this.#inspect(id, options);
    if (call === `GET /exec/${EXEC_ID}/json`) return { Running: false, ExitCode: 0 };
    if (method === 'GET' || method === 'HEAD') return this.#engine.json(method, path, options);
    const state = method === 'DELETE' && id !== '' ? REMOVED : STATES[verb];
    if (state !== undefined) return void this.#states.set(id, state);
    if (verb === 'exec') return { Id: EXEC_ID };
    if (call === 'POST /networks/create') return { Id: String(body.Name) };
    if (call === 'POST /volumes/create') {
      return { ...body, Driver: 'local', Mountpoint: '', Scope: 'local', Labels: {}, Options: {} };
    }
    if (isSilent(call)) return path.startsWith('/images/') ? [] : undefined;
    return refuse();
  }

  #create(body: Readonly<Record<string, unknown>>, { query = {} }: RequestOptions) {
    const id = String(query.name);
    this.#created.set(id, body);
    return { Id: id, Warnings: [] };
  }

  /** The list has the created containers too, whatever its filters: they are of one project. */
  async #list(options: RequestOptions): Promise<unknown> {
    const found = await this.#engine.json<unknown>('GET', '/containers/json', options);
    const created = [...this.#created].map(([id, { Labels, Image }]) => ({
      ...{ Id: id, Names: [`/${id}`], Image, ImageID: '', Command: '', Created: 0, Labels },
      ...{ State: 'created', Status: '', Ports: [], Mounts: [] },
    }));
    const all = [...created, ...(Array.isArray(found) ? found.filter(isRecord) : [])];
    return all
      .map((each) => ({ ...each, State: this.#states.get(String(each.Id)) ?? each.State }))
      .filter(({ State }) => State !== REMOVED);
  }

  async #inspect(id: string, options: RequestOptions): Promise<unknown> {
    const created = this.#created.get(id);
    const path = `/containers/${encodeURIComponent(id)}/json`;
    const found = created
      ? { Id: id, Name: `/${id}`, RestartCount: 0, ...containerParts(created) }
      : await this.#engine.json<unknown>('GET', path, options);
    const isStarted = this.#states.get(id) === 'running';
    return isStarted && isRecord(found) ? { ...found, State: HEALTHY } : found;
  }

  /** A pull of an image that the registry doesn't have fails here too. */
  async #findAtRegistry({ query = {}, headers = {} }: RequestOptions): Promise<void> {
    const { fromImage, tag } = query;
    const separator = String(tag).startsWith('sha256:') ? '@' : ':';
    const auth = headers['x-registry-auth'];
    await registryDigest(this.#engine, `${fromImage}${separator}${tag}`, auth);
  }
}

const HEALTHY = { Status: 'running', Running: true, ExitCode: 0, Health: { Status: 'healthy' } };

const containerParts = (request: Readonly<Record<string, unknown>>) => ({
  ...{ Config: request, HostConfig: request.HostConfig ?? {}, Mounts: [] },
  State: { Status: 'created', Running: false, ExitCode: 0 },
  NetworkSettings: { Ports: {}, Networks: {} },
});

const isSilent = (call: string) => SILENT.some((known) => known.test(call));

function refuse(): never {
  throw new HostError('invalid', 'this command is not supported in dry-run mode');
}

function emptyReply(): IncomingMessage {
  const reply = new IncomingMessage(new Socket());
  reply.push(null);
  return reply;
}
