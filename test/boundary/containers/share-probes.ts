import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runIn } from '../../hostile/cves/container.ts';
import { check, type Finding } from '../report.ts';
import type { ProbedEngines } from './engines.ts';

/** Sources of mounts that the engine must refuse, although its clients are trusted. */
const REFUSED: readonly (readonly [name: string, source: string])[] = [
  ['a directory outside of the shared folders', '/etc'],
  ['the engine’s data', '/var/lib/berth'],
  ['the engine’s programs', '/usr/lib/berth'],
  ['a folder beside the shared one, by ..', '/home/me/../you'],
  ['a folder with a similar name', '/home/mean'],
  ['keys in the shared folder', '/home/me/.ssh'],
  ['a file of keys', '/home/me/.ssh/id'],
  ['keys in other letters', '/home/me/.SSH'],
  ['keys through a link', '/home/me/work/keys'],
  ['a file through a link to keys', '/home/me/work/keys/id'],
  ['a directory of the VM through a link', '/home/me/etc'],
  ['the engine’s programs through a link', '/home/me/work/agent'],
];

/** Paths of the VM, which a container sees instead of its mount if something is wrong. */
const OF_THE_VM = /agent\.mjs|KEY/;

/** Shared folders exist only in Berth. */
export async function probeShares({ berth: { socket }, home }: ProbedEngines): Promise<Finding[]> {
  const mounted = (source: string, script: string) =>
    runIn(socket, script, { HostConfig: { Binds: [`${source}:/w`] } });
  const findings = await Promise.all([
    ...REFUSED.map(async ([name, source]): Promise<Finding> => {
      const { refused, output } = await mounted(source, 'ls -lR /w');
      return {
        name: `mounting ${name}`,
        wrong: check(refused !== undefined, `mounted: ${output}`),
      };
    }),
    ...REFUSED.slice(0, 6).map(async ([name, device]): Promise<Finding> => {
      const options = { type: 'none', o: 'bind', device };
      const volume = {
        Type: 'volume',
        Target: '/w',
        VolumeOptions: { DriverConfig: { Options: options } },
      };
      const { refused, output } = await runIn(socket, 'ls -lR /w', {
        HostConfig: { Mounts: [volume] },
      });
      return {
        name: `a volume of ${name}`,
        wrong: check(refused !== undefined, `mounted: ${output}`),
      };
    }),
    inside(
      'keys, from a mount of the whole folder',
      '/home/me',
      'cat /w/.ssh/id /w/work/keys/id; ls -A /w',
    ),
    inside('keys, from a mount beside them', '/home/me/work', 'cat /w/keys/id /w/../.ssh/id'),
    inside('the VM, through a link in a mount', '/home/me/work', 'ls /w/agent/'),
    subpath(),
  ]);
  return [...findings, await swap()];

  async function inside(name: string, source: string, script: string): Promise<Finding> {
    const { output, refused } = await mounted(source, `${script}; cat /w/file /w/work/file`);
    const isRight = refused === undefined && output.includes('mine') && !OF_THE_VM.test(output);
    return { name, wrong: check(isRight, refused ?? output) };
  }

  /** A link in a volume that leads to the VM. */
  async function subpath(): Promise<Finding> {
    const volume = (extra: object) => ({
      Type: 'volume',
      Source: 'linked',
      Target: '/w',
      ...extra,
    });
    const HostConfig = { Mounts: [volume({})] };
    await runIn(socket, 'ln -s /usr/lib/berth /w/out; ln -s ../../../.. /w/up', { HostConfig });
    const wrong: string[] = [];
    for (const Subpath of ['out', 'up', 'up/usr', '../..']) {
      const Mounts = [volume({ VolumeOptions: { Subpath } })];
      const { output } = await runIn(socket, 'ls /w /w/lib', { HostConfig: { Mounts } });
      wrong.push(...check(!/agent\.mjs|mkfs|berth/.test(output), `${Subpath}: ${output}`));
    }
    return { name: 'the VM, by a subpath of a volume', wrong };
  }

  /** Another container makes the source of a mount a link to keys while the engine mounts it. */
  async function swap(): Promise<Finding> {
    const place = join(home, 'work/swapped');
    const swapping = new AbortController();
    const swaps = (async () => {
      while (!swapping.signal.aborted) {
        await rename(place, `${place}-aside`);
        await symlink('../.ssh', place);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
        await rm(place);
        await rename(`${place}-aside`, place);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
      }
    })();
    try {
      const looks = Array.from({ length: 12 }, () => mounted('/home/me/work/swapped', 'cat /w/id'));
      const outputs = (await Promise.all(looks)).map(({ output }) => output);
      const wrong = outputs.filter((output) => OF_THE_VM.test(output));
      return { name: 'keys, by a link that appears during a start', wrong };
    } finally {
      swapping.abort();
      await swaps;
    }
  }
}
