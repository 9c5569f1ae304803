import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSession, type WindowsSession, windowsPath } from './wine/session.ts';

/** The layout of the packaged app, with a command that tells what it sees. */
let session: WindowsSession;
let app: string;
beforeAll(async () => {
  session = await startSession();
  app = join(session.shared, 'Berth & Co');
  await mkdir(join(app, 'bin'), { recursive: true });
  await mkdir(join(app, 'cli'));
  await mkdir(join(app, 'node'));
  await cp(join(import.meta.dirname, '../../dist/berth.cmd'), join(app, 'bin/berth.cmd'));
  const command = `
    const { cli, node } = process.env;
    console.log(JSON.stringify({ args: process.argv.slice(2), program: process.execPath, cli, node }));
    process.exitCode = 42;`;
  await writeFile(join(app, 'cli/berth.mjs'), command);
  // The package's node.exe.
  const { exitCode } = await session.node([
    '-e',
    `fs.copyFileSync(process.execPath, ${JSON.stringify(windowsPath(join(app, 'node/node.exe')))})`,
  ]);
  expect(exitCode).toBe(0);
}, 300_000);
afterAll(() => session?.stop());

async function run(line: string) {
  const script = `
    const { spawnSync } = require('node:child_process');
    const { status, stdout, stderr } = spawnSync('cmd.exe', ['/d', '/s', '/c', process.argv[1]], {
      windowsVerbatimArguments: true, encoding: 'utf8',
    });
    process.stdout.write(stdout); process.stderr.write(stderr); process.exitCode = status;`;
  return await session.node(['-e', script, `"${line}"`], { cwd: session.shared });
}

test('berth.cmd runs the packaged Node, and passes on arguments and the exit code', async () => {
  const program = windowsPath(join(app, 'bin/berth.cmd'));
  const { exitCode, stdout, stderr } = await run(`"${program}" run -e "A=b c" x! 100%`);
  expect({ exitCode, stderr }).toEqual({ exitCode: 42, stderr: '' });
  const seen = JSON.parse(stdout);
  expect(seen.args).toEqual(['run', '-e', 'A=b c', 'x!', '100%']);
  expect(seen.program).toMatch(/Berth & Co\\node\\node\.exe$/i);
  // The script's variables don't reach berth.
  expect(Object.keys(seen).sort()).toEqual(['args', 'program']);
}, 60_000);

test('berth.cmd is found through PATH', async () => {
  const directory = windowsPath(join(app, 'bin'));
  const { exitCode, stdout } = await run(`set "PATH=${directory};%PATH%"&& berth version`);
  expect(exitCode).toBe(42);
  expect(JSON.parse(stdout).args).toEqual(['version']);
}, 60_000);
