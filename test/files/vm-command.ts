import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { berth } from '../bench/berth.ts';
import { BenchMachine } from '../bench/machine.ts';
import { eventsCommand } from './events/command.ts';
import { programs } from './image/program-paths.ts';
import { writeProgramsImage } from './image/programs-image.ts';
import { randomCommand } from './random/command.ts';

const CLI = resolve(import.meta.dirname, '../../electron/cli/main.ts');
const IMAGE = 'test/files:1';
const CONTAINER = 'files';

/**
 * `vm` boots a VM, and runs all checks in a container that mounts a shared folder and a volume.
 * `--sharing sftp` chooses how folders are shared, `--minutes M` is how long the random operations take.
 * Without `--check NAME`, it runs all checks: volume, semantics, events, random.
 */
export async function vmCommand(words: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      sharing: { type: 'string' },
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      limit: { type: 'string', default: '200' },
      check: {
        type: 'string',
        multiple: true,
        default: ['volume', 'semantics', 'events', 'random'],
      },
    },
  });
  if (values.sharing !== undefined) process.env.BERTH_SHARING = values.sharing;
  const machine = new BenchMachine();
  const directory = await mkdtemp(join(tmpdir(), 'berth-files-'));
  try {
    const host = await machine.host();
    const { sharedFolders } = await host.settings.read();
    const folder = sharedFolders.find(({ readOnly }) => !readOnly)?.path;
    if (folder === undefined) throw new Error('no folder is shared for writing');
    const tar = join(directory, 'image.tar');
    await writeProgramsImage(tar);
    await berth(machine, 'import', tar, IMAGE);
    await berth(
      machine,
      ...['run', '-d', '--name', CONTAINER, '--privileged', '-v', `${folder}:/shared`],
      ...['-v', 'own:/own', IMAGE, '/usr/bin/sleep', 'infinity'],
    );
    process.env.BERTH_HOME = await machine.home();
    const exec = `${process.execPath} ${CLI} exec`;
    const semantics = async (path: string) => {
      const command = [programs.node, programs.files, 'semantics', '--directory', path, '--quiet'];
      const script = `${command.join(' ')} || echo failed`;
      const output = await berth(machine, 'exec', CONTAINER, '/usr/bin/sh', '-c', script);
      console.log(output);
      return !output.endsWith('failed');
    };
    const places = ['--host', folder, '--mount', '/shared', '--within'];
    const checks: Readonly<Record<string, () => Promise<boolean>>> = {
      volume: () => semantics('/own'),
      semantics: () => semantics('/shared'),
      events: () => eventsCommand([...places, `${exec} ${CONTAINER}`, '--limit', values.limit]),
      random: () =>
        randomCommand([
          ...[...places, `${exec} -i ${CONTAINER}`, '--seed', values.seed],
          ...['--minutes', values.minutes],
        ]),
    };
    let isClean = true;
    for (const name of values.check) {
      console.log(`\n${name}`);
      const check = checks[name];
      if (!check) throw new Error(`no check ${name}`);
      isClean = (await check()) && isClean;
    }
    return isClean;
  } finally {
    await machine.close();
    await rm(directory, { recursive: true });
  }
}
