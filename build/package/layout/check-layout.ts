import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import * as z from 'zod';
import { guestOf, nameOf, type PackageTarget } from '../targets.ts';
import { asarFiles } from './asar-files.ts';
import { programFormat } from './program-format.ts';

/** The folder of a packed app that has `app.asar` and our files. */
export function resourcesOfApp({ platform }: PackageTarget, app: string): string {
  return platform === 'darwin' ? join(app, 'Berth.app/Contents/Resources') : join(app, 'resources');
}

/** Rejects if a packed app lacks a part, or has a part of another target. */
export async function checkLayout(target: PackageTarget, app: string): Promise<void> {
  const problems = await layoutProblems(target, app);
  if (problems.length === 0) return;
  throw new Error(`The package for ${nameOf(target)} is wrong:\n${problems.join('\n')}`);
}

/** What is missing from a packed app, and what doesn't belong there. */
export async function layoutProblems(target: PackageTarget, app: string): Promise<string[]> {
  const resources = resourcesOfApp(target, app);
  const files = (await readdir(resources, { recursive: true })).map((path) =>
    path.split(sep).join('/'),
  );
  return [
    ...requiredParts(target)
      .filter((path) => !files.includes(path))
      .map((path) => `${path} is missing`),
    ...(await archiveProblems(join(resources, 'app.asar'))),
    ...(await foreignPrograms(target, resources, files)),
    ...(await imageProblems(target, resources)),
    ...(await rightsProblems(target, resources, files)),
  ];
}

/** The files that the packed app can't do without. */
export function requiredParts(target: PackageTarget): string[] {
  const { platform, arch } = target;
  const windows = platform === 'win32';
  const pty = 'app.asar.unpacked/node_modules/node-pty';
  const prebuild = `${pty}/prebuilds/${nameOf(target)}`;
  const native = {
    darwin: [`${prebuild}/pty.node`, `${prebuild}/spawn-helper`],
    linux: [`${pty}/build/Release/pty.node`],
    win32: [
      ...['conpty.node', 'conpty_console_list.node'].map((name) => `${prebuild}/${name}`),
      ...['conpty.dll', 'OpenConsole.exe'].map((name) => `${prebuild}/conpty/${name}`),
    ],
  };
  const image = [
    'kernel',
    'initrd',
    'root.erofs',
    'manifest.json',
    ...(windows ? ['esp.img'] : []),
  ];
  return [
    'app.asar',
    windows ? 'bin/berth.cmd' : 'bin/berth',
    'cli/berth.mjs',
    'cli/supervisor.mjs',
    windows ? 'node/node.exe' : 'node/node',
    ...image.map((name) => `vm/${guestOf({ platform, arch })}/${name}`),
    ...['berth', 'node', 'npm-packages'].map((name) => `licenses/${name}.txt`),
    ...native[platform],
  ];
}

/** The app's archive has our bundles, and no package but node-pty. */
async function archiveProblems(path: string): Promise<string[]> {
  const files = (await asarFiles(path)).map((file) => file.path);
  const entry = files.some((file) => /^dist\/(main\.mjs|electron-test\/main\.cjs)$/.test(file));
  return [
    ...(entry ? [] : ['app.asar has no main bundle']),
    ...files
      .filter((file) => /^node_modules\/(?!node-pty\/)|\.(map|ts|node)$/.test(file))
      .map((file) => `app.asar has ${file}`),
  ];
}

/** Programs and libraries for another system or processor. The VM's files are checked elsewhere. */
async function foreignPrograms(
  { platform, arch }: PackageTarget,
  resources: string,
  files: readonly string[],
): Promise<string[]> {
  const problems: string[] = [];
  for (const path of files) {
    if (/^vm\/|\.(asar|txt|mjs|js|json)$/.test(path)) continue;
    if (!(await lstat(join(resources, path))).isFile()) continue;
    const format = await programFormat(join(resources, path));
    if (!format || (format.platform === platform && format.processors.includes(arch))) continue;
    problems.push(`${path} is for ${format.platform}-${format.processors.join('+')}`);
  }
  return problems;
}

const manifestSchema = z.object({ arch: z.string() });

/** The image is for the target's processor, and the only one. */
async function imageProblems(target: PackageTarget, resources: string): Promise<string[]> {
  const guest = guestOf(target);
  const problems = (await readdir(join(resources, 'vm')))
    .filter((name) => name !== guest)
    .map((name) => `vm/${name} is for another processor`);
  const text = await readFile(join(resources, 'vm', guest, 'manifest.json'), 'utf8');
  const { arch } = manifestSchema.parse(JSON.parse(text));
  if (arch !== guest) problems.push(`vm/${guest} has an image for ${arch}`);
  return problems;
}

/** Windows has no permission to run, and a layout may be checked there. */
async function rightsProblems(
  { platform }: PackageTarget,
  resources: string,
  files: readonly string[],
): Promise<string[]> {
  if (platform === 'win32' || process.platform === 'win32') return [];
  const problems: string[] = [];
  for (const path of files) {
    if (!/^(bin\/berth|node\/node|(qemu|vfkit)\/bin\/[^/]+)$|spawn-helper$/.test(path)) continue;
    const { mode } = await lstat(join(resources, path));
    if ((mode & 0o111) !== 0o111) problems.push(`${path} may not be run by everybody`);
  }
  return problems;
}
