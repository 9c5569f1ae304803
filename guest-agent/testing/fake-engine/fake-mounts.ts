import { cp, mkdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mounts } from '../../runtime/mounts/mounts.ts';

/**
 * Mounts without the kernel. An overlay is its upper directory, with a copy of the lower ones since
 * the first mount. A bind mount is a link. Mounts inside a container's root aren't visible there.
 */
export class FakeMounts implements Mounts {
  readonly #mounted = new Map<string, 'link' | 'empty'>();

  async mount(
    source: string | null,
    target: string,
    type: string | null,
    _flags = 0,
    data: string | null = null,
  ): Promise<void> {
    if (type === 'overlay') return this.#link(await overlay(data ?? ''), target);
    if (type === null && source !== null) {
      return this.#link(source.startsWith('/proc/') ? await readlink(source) : source, target);
    }
    this.#mounted.set(target, 'empty');
  }

  async unmount(target: string): Promise<void> {
    if (this.#mounted.get(target) === 'link') {
      await rm(target);
      await mkdir(target);
    }
    this.#mounted.delete(target);
  }

  unmountIfMounted(target: string): Promise<void> {
    return this.unmount(target);
  }

  async list() {
    return [...this.#mounted.keys()].map((mountPoint) => ({ mountPoint }));
  }

  async openView() {
    return { root: '', [Symbol.asyncDispose]: async () => {} };
  }

  async #link(source: string, target: string): Promise<void> {
    await rm(target, { recursive: true });
    await symlink(source, target);
    this.#mounted.set(target, 'link');
  }
}

/**
 * Fills the upper directory once and returns its path. Without one, returns the lowest directory.
 */
async function overlay(data: string): Promise<string> {
  const options = new Map(
    data.split(',').map((option) => option.split('=', 2) as [string, string]),
  );
  const lower = (options.get('lowerdir') ?? '').split(':');
  const upper = options.get('upperdir');
  if (upper === undefined) return lower[0] ?? '';
  const filled = join(options.get('workdir') ?? '', 'filled');
  if (await stat(filled).catch(() => undefined)) return upper;
  for (const directory of lower.reverse()) {
    await cp(directory, upper, { recursive: true, force: false, verbatimSymlinks: true });
  }
  await writeFile(filled, '');
  return upper;
}
