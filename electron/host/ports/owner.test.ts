import { delimiter } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { writeProgram } from '../base/testing/stand-in-program.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { portOwner } from './owner.ts';

afterEach(() => vi.unstubAllEnvs());

/** Programs of other systems, as they answer there. */
const programs: readonly {
  readonly platform: NodeJS.Platform;
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  readonly to: string;
  readonly prints: string;
}[] = [
  {
    ...{ platform: 'darwin', name: 'lsof', protocol: 'tcp', to: '-iTCP:8080 -sTCP:LISTEN -Fpc' },
    prints: 'p812\nccafé server\nf6\n',
  },
  {
    ...{ platform: 'darwin', name: 'lsof', protocol: 'udp', to: '-iUDP:8080 -Fpc' },
    prints: 'p812\nccafé server\nf6\n',
  },
  {
    ...{ platform: 'win32', name: 'powershell.exe', protocol: 'tcp' },
    ...{ to: '[Console]::OutputEncoding', prints: '{"Id":812,"ProcessName":"café server"}\n' },
  },
];

test.each(programs)(
  'on $platform, $name tells which process uses a $protocol port',
  async ({ platform, name, protocol, to, prints }) => {
    const folder = await temporaryDirectory();
    await writeProgram(folder, name, { answers: [{ to, prints }, { exitCode: 1 }] });
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
    expect(await portOwner(protocol, 8080, platform)).toEqual({ pid: 812, name: 'café server' });
  },
);

test('a port that nobody uses has no owner', async () => {
  const folder = await temporaryDirectory();
  await writeProgram(folder, 'lsof', { answers: [{ exitCode: 1 }] });
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
  expect(await portOwner('tcp', 8080, 'darwin')).toBeUndefined();
});
