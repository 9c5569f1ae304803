import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { StandInContainer } from './stand-in-documents.ts';

interface StandInImage {
  readonly id: string;
  /** Absent for one that lost its name. */
  readonly reference?: string;
  readonly size: number;
}

/** Sizes of the images that can be pulled, in bytes. */
const REGISTRY: Readonly<Record<string, number>> = {
  'busybox:latest': 4_261_574,
  'hello-world:latest': 13_256,
  'alpine:3.22': 8_312_004,
  'nginx:1': 72_300_112,
};

/** What the stand-ins are made of, as GET /images/{name}/json has it. */
const CONFIG = {
  Entrypoint: ['/docker-entrypoint.sh'],
  Cmd: ['nginx', '-g', 'daemon off;'],
  Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'NGINX_VERSION=1.29.3'],
  ExposedPorts: { '80/tcp': {} },
  Volumes: { '/var/cache/nginx': {} },
  WorkingDir: '/srv',
  Labels: { maintainer: 'NGINX Docker Maintainers' },
};

const HISTORY = [
  ['CMD ["nginx" "-g" "daemon off;"]', 0],
  ['EXPOSE map[80/tcp:{}]', 0],
  ['RUN /bin/sh -c apk add --no-cache nginx # buildkit', 0.3],
  ['COPY docker-entrypoint.sh / # buildkit', 0.1],
  ['/bin/sh -c #(nop) ADD file:3b5a1c in / ', 0.6],
] as const;

/** The images of a stand-in engine, and the registry behind it. */
export class StandInImages {
  readonly #images: StandInImage[] = [];
  readonly #publish: (action: string, id: string) => void;
  readonly #newer = new Map<string, { broken: boolean }>();
  readonly #broken = new Set<string>();
  /** Platforms that were asked for in pulls. */
  readonly platforms: string[] = [];
  /** Pulls stop half-way, until they are cancelled. */
  stalls = false;
  cancelled = 0;

  constructor(publish: (action: string, id: string) => void) {
    this.#publish = publish;
  }

  /** Without a reference, an image that lost its name. */
  add(reference?: string): void {
    const id = `sha256:${randomBytes(32).toString('hex')}`;
    const size = REGISTRY[reference ?? ''] ?? 1_000_000;
    this.#images.unshift({ id, size, ...(reference === undefined ? {} : { reference }) });
    this.#publish('pull', id);
  }

  /** The next pull of this reference gets an image that is newer; a broken one ends at once. */
  publishNewer(reference: string, { broken = false } = {}): void {
    this.#newer.set(reference, { broken });
  }

  readonly isBroken = (id: string): boolean => this.#broken.has(id);

  find(name: string): StandInImage | undefined {
    return this.#images.find(
      ({ id, reference }) => id === name || reference === name || reference === `${name}:latest`,
    );
  }

  answer(
    method: string,
    path: string,
    { searchParams }: URL,
    response: ServerResponse,
    containers: readonly StandInContainer[],
  ): void {
    if (path === '/images/create') this.#pull(searchParams, response);
    else if (path === '/images/load') this.#load(response);
    else if (path === '/images/get') {
      response.end(`archive of ${searchParams.getAll('names').join(', ')}`);
    } else {
      const { status, document } = this.#route(method, path, searchParams, containers);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(document === undefined ? undefined : JSON.stringify(document));
    }
  }

  #route(
    method: string,
    path: string,
    query: URLSearchParams,
    containers: readonly StandInContainer[],
  ): { status: number; document?: object } {
    if (path === '/images/json') return { status: 200, document: this.#list(containers) };
    if (path === '/images/search') return search(query.get('term') ?? '');
    if (path === '/images/prune') {
      const scope = query.has('downloaded') ? 'downloaded' : 'dangling';
      return this.#prune(query.get('filters')?.includes('false') ? 'all' : scope, containers);
    }
    const [, encoded = '', verb = ''] =
      /^\/images\/(.+?)(?:\/(json|history|tag|push))?$/.exec(path) ?? [];
    const name = decodeURIComponent(encoded);
    const tagged = verb === 'push' ? `${name}:${query.get('tag')}` : name;
    const image = this.find(tagged);
    if (!image) return fail(404, `No such image: ${tagged}`);
    if (method === 'DELETE') return this.#remove(image, name, containers);
    switch (verb) {
      case 'history':
        return { status: 200, document: historyOf(image) };
      case 'tag': {
        const reference = `${query.get('repo')}:${query.get('tag')}`;
        if (/[A-Z]/.test(reference)) return fail(400, 'invalid reference format');
        this.#images.unshift({ ...image, reference });
        this.#publish('tag', image.id);
        return { status: 201 };
      }
      case 'push':
        return { status: 200, document: { id: 'a3ed95caeb02', status: 'Pushed' } };
      default:
        return { status: 200, document: this.#inspect(image) };
    }
  }

  #list(containers: readonly StandInContainer[]): object[] {
    return [...new Set(this.#images.map(({ id }) => id))].map((id) => {
      const named = this.#images.filter((image) => image.id === id);
      return {
        Id: id,
        RepoTags: named.flatMap(({ reference = [] }) => reference),
        Created: 1_760_000_000,
        Size: named[0]?.size ?? 0,
        SharedSize: 0,
        Containers: containers.filter(({ imageId }) => imageId === id).length,
      };
    });
  }

  #inspect({ id, size }: StandInImage): object {
    const names = this.#images.filter((image) => image.id === id);
    const RepoTags = names.flatMap(({ reference = [] }) => reference);
    return {
      ...{ Id: id, Size: size, Os: 'linux', Architecture: 'amd64', Config: CONFIG },
      ...{ RepoTags, RepoDigests: [], Created: '2025-10-09T08:53:20Z' },
    };
  }

  #pull(query: URLSearchParams, response: ServerResponse): void {
    const reference = `${query.get('fromImage')}:${query.get('tag')}`;
    const total = REGISTRY[reference];
    if (total === undefined) {
      const denied = reference.startsWith('private/');
      const message = denied
        ? `pull access denied for ${reference}, repository does not exist or may require 'docker login'`
        : `manifest for ${reference} not found`;
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message }));
      return;
    }
    const platform = query.get('platform');
    if (platform) this.platforms.push(platform);
    const layer = { id: 'a3ed95caeb02' };
    if (this.stalls) {
      const progressDetail = { current: total / 2, total };
      response.write(`${JSON.stringify({ ...layer, status: 'Downloading', progressDetail })}\n`);
      response.write(`${JSON.stringify({ id: '5f70bf18a086', status: 'Waiting' })}\n`);
      response.on('close', () => {
        this.cancelled += 1;
      });
      return;
    }
    for (const current of [total / 4, total / 2, total]) {
      const progressDetail = { current, total };
      response.write(`${JSON.stringify({ ...layer, status: 'Downloading', progressDetail })}\n`);
    }
    response.write(`${JSON.stringify({ ...layer, status: 'Pull complete' })}\n`);
    const newer = this.#newer.get(reference);
    this.#newer.delete(reference);
    if (newer || !this.find(reference)) this.add(reference);
    if (newer?.broken) this.#broken.add(this.#images[0]?.id ?? '');
    response.end();
  }

  #load(response: ServerResponse): void {
    this.add('loaded:1');
    response.end(JSON.stringify({ stream: 'Loaded image: loaded:1\n' }));
  }

  #remove(
    image: StandInImage,
    name: string,
    containers: readonly StandInContainer[],
  ): { status: number; document: object } {
    if (containers.some(({ imageId, state }) => imageId === image.id && state === 'running')) {
      return fail(409, `a running container uses ${name}`);
    }
    this.#images.splice(this.#images.indexOf(image), 1);
    this.#publish('untag', image.id);
    return { status: 200, document: [{ Untagged: name }] };
  }

  /** The images' part of GET /prune. */
  previewPrune(scope: string, containers: readonly StandInContainer[]) {
    const going = this.#prunable(scope, containers);
    const kept = this.#prunable('all', containers).filter((image) => !going.includes(image));
    const row = ({ id, reference, size }: StandInImage) => ({
      ...{ Id: id, RepoTags: reference === undefined ? [] : [reference], Size: size },
    });
    return {
      Images: going.map(row),
      ImagesKept: kept.map(row),
      SpaceReclaimed: going.reduce((sum, { size }) => sum + size, 0),
    };
  }

  #prunable(scope: string, containers: readonly StandInContainer[]): StandInImage[] {
    const isInScope = ({ reference }: StandInImage) =>
      scope === 'all' ||
      reference === undefined ||
      (scope === 'downloaded' && reference in REGISTRY);
    return this.#images.filter(
      (image) => isInScope(image) && !containers.some(({ imageId }) => imageId === image.id),
    );
  }

  #prune(scope: string, containers: readonly StandInContainer[]) {
    const going = this.#prunable(scope, containers);
    for (const image of going) this.#images.splice(this.#images.indexOf(image), 1);
    this.#publish('prune', '');
    const bytes = going.reduce((sum, { size }) => sum + size, 0);
    const ImagesDeleted = going.map(({ id }) => ({ Deleted: id }));
    return { status: 200, document: { ImagesDeleted, SpaceReclaimed: bytes } };
  }
}

const historyOf = ({ id, size }: StandInImage) =>
  HISTORY.map(([CreatedBy, share], index) => ({
    Id: index === 0 ? id : '<missing>',
    Created: 1_760_000_000,
    CreatedBy,
    Size: Math.round(size * share),
    Comment: '',
  }));

function search(term: string): { status: number; document: object } {
  if (term === 'offline') {
    return fail(500, 'Get "https://index.docker.io/v1/search": dial tcp: no such host');
  }
  const row = { description: `All about ${term}`, star_count: 21_034, is_official: true };
  const other = { name: `someone/${term}`, description: '', star_count: 3, is_official: false };
  return { status: 200, document: [{ ...row, name: term }, other] };
}

const fail = (status: number, message: string) => ({ status, document: { message } });
