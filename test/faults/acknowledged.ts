import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultyEngine } from './engine.ts';
import type { Workplace } from './operation.ts';
import { create, start, WAIT } from './operations/containers.ts';

/** What the engine has confirmed, and must never lose. */
export class Acknowledged {
  readonly #engine: FaultyEngine;
  readonly #image: string;
  readonly #objects: { readonly path: string; readonly id: string }[] = [];
  /** With paths below the data disk. */
  readonly #files: { readonly path: string; readonly content: string }[] = [];
  #running: { readonly id: string; readonly pid: number } | undefined;

  constructor(engine: FaultyEngine, image: string) {
    this.#engine = engine;
    this.#image = image;
  }

  /** Creates a container with files, a volume with files, a network and an image. */
  async add(name: string): Promise<void> {
    const { api } = this.#engine;
    const place: Workplace = { api, name, image: this.#image, pulled: '', directory: '' };
    const script = `echo ${name} >/own; echo ${name} >/data/file; sync`;
    await api.must('POST', '/networks/create', { Name: name, Labels: { kept: '' } });
    await create(place, ['sh', '-c', script], { Binds: [`${name}:/data`], NetworkMode: name });
    await start(place);
    await api.must('POST', `/containers/${name}/wait`);
    await api.must('POST', `/commit?container=${name}&repo=${name}`);
    await this.#note(`/networks/${name}`);
    await this.#note(`/images/${name}/json`);
    await this.#note(`/volumes/${name}`);
    const id = await this.#note(`/containers/${name}/json`);
    const content = `${name}\n`;
    this.#files.push(
      { path: join('volumes', name, '_data/file'), content },
      { path: join('containers', id, 'upper/own'), content },
    );
  }

  /** A container that runs all the time, and whose monitor isn't killed. */
  async addRunning(name: string): Promise<void> {
    const { api } = this.#engine;
    const place: Workplace = { api, name, image: this.#image, pulled: '', directory: '' };
    await create(place, WAIT);
    await start(place);
    const { Id, State } = await api.inspect(`/containers/${name}/json`);
    this.#engine.spare(Id);
    this.#running = { id: Id, pid: State.Pid };
  }

  /** The number of things that are checked. */
  get count(): number {
    return this.#objects.length + this.#files.length + (this.#running ? 1 : 0);
  }

  /** What is lost, for display. `engine` may be another one with the same disk. */
  async missing(engine = this.#engine): Promise<string[]> {
    const { api } = engine;
    const lost: string[] = [];
    for (const { path, id } of this.#objects) {
      const { status, bytes } = await api.ask('GET', path);
      const found = status === 200 ? idOf(JSON.parse(bytes.toString())) : `status ${status}`;
      if (found !== id) lost.push(`${path} was ${id} and is ${found}`);
    }
    lost.push(...(await this.missingFiles(engine)));
    if (this.#running) {
      const { id, pid } = this.#running;
      const { State } = await api.inspect(`/containers/${id}/json`);
      if (State.Pid !== pid) lost.push(`the running container ${id} is ${State.Status}`);
    }
    return lost;
  }

  /** The same, only for files of containers and volumes. */
  async missingFiles({ data } = this.#engine): Promise<string[]> {
    const lost: string[] = [];
    for (const { path, content } of this.#files) {
      const found = await readFile(join(data, path), 'utf8').catch((error: Error) => error.message);
      if (found !== content) lost.push(`${path} contains ${JSON.stringify(found)}`);
    }
    return lost;
  }

  async #note(path: string): Promise<string> {
    const id = idOf(await this.#engine.api.inspect(path));
    this.#objects.push({ path, id });
    return id;
  }
}

const idOf = ({ Id, Name }: { Id?: string; Name?: string }) => Id ?? Name ?? '';
