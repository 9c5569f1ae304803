import { cp, mkdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mounts } from '../../runtime/mounts/mounts.ts';

/**
 * Mounts without the kernel. An overlay is its upper directory, with a copy of the lower ones since
 * the first mount. A bind mount is a link, or where links can't be made (in wine, and for files on Windows),
 * a copy that replaces its source at the unmount. Mounts inside a container's root aren't visible there.
 */
export class FakeMounts implements Mounts {
  readonly #mounted = new Map<string, 'link' | 'empty' | { readonly copyOf: string }>();

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
    const mounted = this.#mounted.get(target);
    if (mounted === 'link') {
      await rm(target);
      await mkdir(target);
    } else if (mounted !== undefined && mounted !== 'empty') {
      await rm(mounted.copyOf, { recursive: true });
      await cp(target, mounted.copyOf, { recursive: true });
      await rm(target, { recursive: true });
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
    if (await tryLink(source, target)) return void this.#mounted.set(target, 'link');
    await cp(source, target, { recursive: true });
    this.#mounted.set(target, { copyOf: source });
  }
}

async function tryLink(source: string, target: string): Promise<boolean> {
  try {
    await symlink(source, target, 'junction');
    return true;
  } catch (error) {
    if (process.platform === 'win32') return false;
    throw error;
  }
}

/** On Windows, paths contain a colon after the drive. */
const separator = process.platform === 'win32' ? /:(?!\\)/ : ':';

/**
 * Fills the upper directory once and returns its path. Without one, returns the lowest directory.
 */
async function overlay(data: string): Promise<string> {
  const options = new Map(
    data.split(',').map((option) => option.split('=', 2) as [string, string]),
  );
  const lower = (options.get('lowerdir') ?? '').split(separator);
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
