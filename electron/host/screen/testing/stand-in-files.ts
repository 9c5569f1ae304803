import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir, readlink, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packLocal } from '../../archive/pack-local.ts';
import { unpackLocal } from '../../archive/unpack-local.ts';

/** The files of a container or volume, which lie in a directory: what the engine's calls do to it. */
export class StandInFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    verb: string,
    url: URL,
  ): Promise<void> {
    const path = url.searchParams.get('path') ?? '/';
    await mkdir(this.#root, { recursive: true });
    try {
      const { method } = request;
      if (verb === 'files/rename') await this.#rename(path, url.searchParams.get('to') ?? '');
      else if (verb === 'files' && method === 'DELETE')
        await rm(this.#at(path), { recursive: true });
      else if (verb === 'files') return send(response, 200, await this.#list(path));
      else if (method === 'PUT') await unpackLocal(request, this.#at(path), (name) => name);
      else return await this.#archive(path, method === 'HEAD', response);
      response.writeHead(method === 'PUT' ? 200 : 204).end();
    } catch (error) {
      // The client had enough of an archive.
      if (response.headersSent) return void response.destroy();
      const { code, message } = error as NodeJS.ErrnoException;
      const status = { ENOENT: 404, EEXIST: 409, ENOTDIR: 400 }[code ?? ''] ?? 500;
      send(response, status, { message: status === 404 ? `no such file: ${path}` : message });
    }
  }

  #at(path: string): string {
    return join(this.#root, path);
  }

  async #rename(path: string, to: string): Promise<void> {
    const taken = await lstat(this.#at(to)).catch(() => undefined);
    if (taken) throw Object.assign(new Error(`${to} already exists`), { code: 'EEXIST' });
    await rename(this.#at(path), this.#at(to));
  }

  async #list(path: string): Promise<object> {
    const folder = this.#at(path);
    const names = (await readdir(folder)).sort();
    return {
      Path: path,
      Folder: fileOf('', await stat(folder)),
      Total: names.length,
      Files: await Promise.all(
        names.map(async (name) => {
          const at = join(folder, name);
          const file = fileOf(name, await lstat(at));
          if (file.Type !== 'symlink') return file;
          const behind = await stat(this.#at(await this.#target(path, name))).catch(
            () => undefined,
          );
          const linkType = behind ? { LinkType: fileOf('', behind).Type } : {};
          return { ...file, LinkTarget: await readlink(at), ...linkType };
        }),
      ),
    };
  }

  /** The type of a direct link's target. */
  async #target(folder: string, name: string): Promise<string> {
    return join('/', folder, await readlink(join(this.#at(folder), name)));
  }

  async #archive(path: string, only: boolean, response: ServerResponse): Promise<void> {
    const at = this.#at(path);
    const stats = await lstat(at);
    const linkTarget = stats.isSymbolicLink()
      ? await this.#target(dirname(path), basename(path))
      : '';
    const goType = stats.isDirectory() ? 2 ** 31 : stats.isSymbolicLink() ? 1 << 27 : 0;
    const document = {
      name: basename(path),
      size: stats.size,
      mode: goType + (stats.mode & 0o777),
      mtime: stats.mtime.toISOString(),
      linkTarget,
    };
    response.writeHead(200, {
      'content-type': 'application/x-tar',
      'x-docker-container-path-stat': Buffer.from(JSON.stringify(document)).toString('base64'),
    });
    const name = /\/\.$/.test(path) ? undefined : basename(path);
    if (only) response.end();
    else await pipeline(packLocal(at, name, false), response);
  }
}

function fileOf(name: string, stats: Stats) {
  const type = stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'symlink' : 'file';
  return {
    Name: name,
    Type: type,
    Mode: stats.mode & 0o7777,
    Uid: stats.uid,
    Gid: stats.gid,
    Size: stats.size,
    Modified: stats.mtime.toISOString(),
  };
}

function send(response: ServerResponse, status: number, document: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(document));
}
