import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

/**
 * `node build/release/smoke.ts --berth PROGRAM [--app PROGRAM] [--vm]`: the same short test for every
 * installed package. Checks that the command line answers and, with `--app`, that the app shows its
 * page. With `--vm`, runs a container in a VM, which needs a hypervisor and takes minutes without
 * acceleration. Imports only Node, so that the Node in the package can run it.
 *
 * Arguments after `--` are for the app, for example `-- --no-sandbox`.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    berth: { type: 'string' },
    app: { type: 'string' },
    vm: { type: 'boolean', default: false },
    port: { type: 'string', default: '9333' },
  },
});
const environment = {
  ...process.env,
  // A home of its own, so that a developer's VMs stay as they are. Sockets need a short path.
  BERTH_HOME: process.env.BERTH_HOME ?? mkdtempSync(join(tmpdir(), 'berth-')),
};

if (!values.berth) throw new Error('Name the installed command: --berth PROGRAM');
await checkCommand(values.berth);
if (values.vm) await checkContainer(values.berth);
if (values.app) await checkApp(values.app, Number(values.port), positionals);
console.log('smoke: passed');

async function checkCommand(berth: string): Promise<void> {
  const help = await run(berth, ['--help']);
  require(help.code === 0 &&
    help.output.includes('machine'), `berth --help printed:\n${help.output}`);
  const status = await run(berth, ['machine', 'status']);
  require(status.code === 0 &&
    /stopped/.test(status.output), `machine status printed:\n${status.output}`);
  console.log('smoke: the command line answers');
}

async function checkContainer(berth: string): Promise<void> {
  try {
    const { code, output } = await run(berth, [
      'run',
      '--rm',
      'busybox',
      'echo',
      'from a container',
    ]);
    require(code === 0 && output.includes('from a container'), `berth run printed:\n${output}`);
    console.log('smoke: a container ran');
  } finally {
    const { code, output } = await run(berth, ['machine', 'stop']);
    require(code === 0, `machine stop printed:\n${output}`);
  }
}

/** The app's page shows that the archive, the preload script and the page protocol work. */
async function checkApp(app: string, port: number, args: readonly string[]): Promise<void> {
  const child = spawn(app, [`--remote-debugging-port=${port}`, '--disable-gpu', ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: an AppImage starts the app as another process.
    detached: process.platform !== 'win32',
  });
  const kill = (signal: 'SIGTERM' | 'SIGKILL') => {
    if (process.platform === 'win32') child.kill(signal);
    else if (child.pid) process.kill(-child.pid, signal);
  };
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The app ended with code ${code}:\n${output}`);
  });
  try {
    await Promise.race([waitForPage(port), ended]);
    console.log('smoke: the app shows its page');
  } finally {
    // From here on, the end of the app isn't a failure.
    const end = ended.catch(() => console.log('smoke: the app ended'));
    kill('SIGTERM');
    const patience = new AbortController();
    const late = sleep(20_000, undefined, { signal: patience.signal }).then(
      () => kill('SIGKILL'),
      () => {},
    );
    await Promise.race([end, late]);
    patience.abort();
  }
}

async function waitForPage(port: number): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const pages = await fetch(`http://127.0.0.1:${port}/json`).then(
      (answer) => answer.text(),
      (error: unknown) => `no answer: ${error}`,
    );
    if (pages.includes('app://berth/')) return;
    require(Date.now() < deadline, `The app shows no page after two minutes: ${pages}`);
    await sleep(500);
  }
}

async function run(program: string, args: readonly string[]) {
  // Windows starts `.cmd` files through its shell only.
  const isScript = program.endsWith('.cmd');
  const child = spawn(isScript ? `"${program}"` : program, args, {
    env: environment,
    shell: isScript,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15 * 60_000,
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const [code] = await once(child, 'close');
  return { code, output };
}

function require(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
