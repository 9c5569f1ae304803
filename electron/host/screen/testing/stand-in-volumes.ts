import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, fail, reply } from './stand-in-answer.ts';
import type { StandInContainer } from './stand-in-documents.ts';

interface StandInVolume {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly options: Record<string, string>;
}

/** Volumes whose content lies in directories. */
export class StandInVolumes {
  readonly #directory: string;
  readonly #containers: () => readonly StandInContainer[];
  readonly #publish: (action: string, name: string) => void;
  readonly #volumes = new Map<string, StandInVolume>();

  constructor(
    directory: string,
    containers: () => readonly StandInContainer[],
    publish: (action: string, name: string) => void,
  ) {
    this.#directory = directory;
    this.#containers = containers;
    this.#publish = publish;
  }

  has(name: string): boolean {
    return this.#volumes.has(name);
  }

  /** Where the content is. */
  root(name: string): string {
    return join(this.#directory, name);
  }

  /** Answers where its content is. */
  add(name: string, parts: Partial<StandInVolume> = {}): string {
    mkdirSync(this.root(name), { recursive: true });
    this.#volumes.set(name, { name, labels: {}, options: {}, ...parts });
    this.#publish('create', name);
    return this.root(name);
  }

  route(method: string, path: string, body: string): Answer {
    if (path === '/volumes') {
      return reply(200, { Volumes: [...this.#volumes.values()].map(documentOf), Warnings: null });
    }
    if (path === '/volumes/create') {
      const { Name, Labels, DriverOpts } = JSON.parse(body) as {
        Name: string;
        Labels?: Record<string, string>;
        DriverOpts?: Record<string, string>;
      };
      if (!/^[\w.-]{2,}$/.test(Name)) return fail(400, `create ${Name}: invalid characters`);
      if (!this.has(Name)) this.add(Name, { labels: Labels ?? {}, options: DriverOpts ?? {} });
      return this.route('GET', `/volumes/${Name}`, '');
    }
    const name = path.slice('/volumes/'.length);
    const volume = this.#volumes.get(name);
    if (!volume) return fail(404, `get ${name}: no such volume`);
    if (method !== 'DELETE') return reply(200, documentOf(volume));
    const users = this.#containers().filter(({ volumes }) => volumes.includes(name));
    if (users.length > 0) {
      return fail(409, `remove ${name}: volume is in use - [${users.map(({ id }) => id)}]`);
    }
    this.#volumes.delete(name);
    rmSync(this.root(name), { recursive: true, force: true });
    this.#publish('destroy', name);
    return reply(204);
  }

  /** GET /system/df, of volumes alone. */
  diskUsage(): Answer {
    const Volumes = [...this.#volumes.values()].map((volume) => ({
      ...documentOf(volume),
      UsageData: { Size: sizeOf(this.root(volume.name)), RefCount: 0 },
    }));
    return reply(200, { LayersSize: 0, Images: null, Containers: null, Volumes, BuildCache: null });
  }
}

function documentOf({ name, labels, options }: StandInVolume): object {
  return {
    Name: name,
    Driver: 'local',
    CreatedAt: new Date(Date.now() - 3 * 86_400_000).toISOString(),
    Mountpoint: `/var/lib/berth/volumes/${name}/_data`,
    Scope: 'local',
    Labels: labels,
    Options: options,
  };
}

function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}
