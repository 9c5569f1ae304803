import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nameOf, type PackageTarget } from '../targets.ts';
import { resourcesOfApp } from './check-layout.ts';

/** The parts of an app, by where they are in the resources. */
const parts: Readonly<Record<string, RegExp>> = {
  'VM image': /^vm\//,
  Node: /^node\//,
  hypervisor: /^(qemu|vfkit)\//,
  'app and page': /^app\.asar$/,
  'command line': /^(cli|bin)\//,
  terminal: /^app\.asar\.unpacked\//,
  licenses: /^licenses\//,
};

/** A Markdown table with the sizes of each part in MB, without Electron. */
export async function sizeTable(
  targets: readonly PackageTarget[],
  folderOf: (target: PackageTarget) => string,
): Promise<string> {
  const rows = await Promise.all(
    targets.map(async (target) => {
      const sizes = await sizesOf(resourcesOfApp(target, folderOf(target)));
      const all = Object.values(sizes).reduce((sum, size) => sum + size, 0);
      return [nameOf(target), ...Object.values(sizes).map(megabytes), megabytes(all)];
    }),
  );
  const header = ['MB', ...Object.keys(parts), 'in all'];
  return [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

async function sizesOf(resources: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = Object.fromEntries(
    Object.keys(parts).map((name) => [name, 0]),
  );
  for (const entry of await readdir(resources, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const relative = path.slice(resources.length + 1).replaceAll('\\', '/');
    const part = Object.entries(parts).find(([, pattern]) => pattern.test(relative))?.[0];
    if (part) sizes[part] = (sizes[part] ?? 0) + (await lstat(path)).size;
  }
  return sizes;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
