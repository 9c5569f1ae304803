import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import { berthVersion } from '../../../host/base/berth-version.ts';
import { writeProgram } from '../../../host/base/testing/stand-in-program.ts';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../../../host/engine/testing/scripted-engine.ts';
import { writeLaunch } from '../../../host/home/launch-record.ts';
import { machinePaths } from '../../../host/home/paths.ts';
import { runningStatus } from '../../../host/machine/testing/running-status.ts';
import { writeStubImage } from '../../../host/supervisor/testing/stub-image.ts';
import { startFeedServer } from '../../../host/vm-image/testing/feed-server.ts';
import { globalFlags } from '../../global-flags.ts';
import { runWords } from '../../testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (line: string, surroundings = {}) => runWords(engine, line.split(' '), surroundings);
const home = () => socketDirectory(engine.socketPath);

test('create creates a VM with its sizes, ls lists all VMs', async () => {
  expect(await run('machine create work --cpus 1 --memory 1g --disk 8g')).toEqual({
    ...{ exitCode: 0, stdout: 'work\n', stderr: '' },
  });
  const { stdout } = await run('machine ls');
  const [header, ...rows] = stdout.trimEnd().split('\n');
  expect(header).toMatch(/^NAME +CURRENT +STATE +CPUS +MEMORY +DISK +DISK USED$/);
  expect(rows[0]).toMatch(/^default +\* +running +2 +2GiB +64GiB +0B$/);
  expect(rows[1]).toMatch(/^work +running/);
  expect((await run('machine list -q')).stdout).toBe('default\nwork\n');
});

test.each([
  ['machine create Work', 'is not a valid VM name'],
  ['machine create default', 'already'],
  ['machine create tiny --memory 64m', 'memoryMiB'],
  ['machine create odd --cpus 1.5', 'not a whole number'],
  ['machine use none', 'There is no VM named "none"'],
])('rejects %s and changes nothing', async (line, reason) => {
  const { exitCode, stderr } = await run(line);
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain(reason);
  expect((await run('machine ls -q')).stdout).toBe('default\n');
});

test('use sets the current VM, and warns if the environment overrides it', async () => {
  await run('machine create work --use');
  const env = { BERTH_MACHINE: 'work' };
  const { stdout, stderr } = await run('machine use default', { env });
  expect(stdout).toBe('default\n');
  expect(stderr).toContain('BERTH_MACHINE is set, so commands use VM "work"');
});

test('rm asks, then kills and removes the VM', async () => {
  await run('machine create work');
  const directory = join(home(), 'machines', 'work');
  const killed: string[] = [];
  const machine = { kill: async () => void killed.push('work') };
  expect((await run('machine rm work', { stdin: 'n\n', machine })).stdout).toContain(
    'containers, images and volumes',
  );
  expect([existsSync(directory), killed]).toEqual([true, []]);
  expect((await run('machine rm -f work', { machine })).exitCode).toBe(0);
  expect([existsSync(directory), killed]).toEqual([false, ['work']]);
});

test('--machine before the command chooses the VM; so do operands', async () => {
  expect((await run('--machine work machine status')).stdout).toMatch(/^VM: +work$/m);
  expect((await run('--machine=work machine stop')).stdout).toBe('VM "work" is stopped\n');
  expect((await run('--machine work machine start play')).stdout).toBe('VM "play" is running\n');
  const { exitCode, stderr } = await run('--machine');
  expect(exitCode).toBe(125);
  expect(stderr).toContain('argument missing');
  expect(globalFlags(['--machine', 'a', '--machine=b', 'ps', '--machine', 'c'])).toEqual({
    machine: 'b',
    rest: ['ps', '--machine', 'c'],
  });
});

test('suspend saves the VM; stop and kill say that they discard the saved state', async () => {
  let state: 'running' | 'suspended' = 'running';
  const machine = {
    status: async () => ({ ...runningStatus, state }),
    suspend: async () => {
      state = 'suspended';
    },
  };
  const output = async (line: string) => (await run(line, { machine })).stdout;
  expect(await output('machine stop')).toBe('VM "default" is stopped\n');
  expect(await output('machine suspend')).toBe('VM "default" is suspended\n');
  expect(await output('machine status')).toContain('suspended; resumes with the next command\n');
  const discarded = '; its suspended state was discarded\n';
  expect(await output('machine stop')).toBe(`VM "default" is stopped${discarded}`);
  expect(await output('machine kill')).toBe(`VM "default" was killed${discarded}`);
  const failed = {
    status: async () => ({ ...runningStatus, state: 'failed' as const }),
    isSuspended: async () => true,
  };
  expect((await run('machine stop', { machine: failed })).stdout).toContain(discarded);
});

test('stop --all stops what runs, and leaves suspended VMs as they are', async () => {
  await run('machine create work');
  const stopped: string[] = [];
  const leave = async () => void stopped.push('one');
  const machine = { leave };
  expect((await run('machine stop --all', { machine })).stdout).toBe(
    'VM "default" is stopped\nVM "work" is stopped\n',
  );
  for (const state of ['suspended', 'stopped'] as const) {
    const idle = { leave, status: async () => ({ ...runningStatus, state }) };
    expect(await run('machine stop --all', { machine: idle })).toMatchObject({
      ...{ exitCode: 0, stdout: '' },
    });
  }
  const asleep = async () => ({ ...runningStatus, state: 'stopped' as const, asleep: true });
  await run('machine stop --all', { machine: { leave, status: asleep } });
  expect(stopped).toHaveLength(2);
  // Resuming failed, so the VM is suspended still.
  const failed = {
    ...{ leave, isSuspended: async () => true },
    status: async () => ({ ...runningStatus, state: 'failed' as const }),
  };
  expect(await run('machine stop --all', { machine: failed })).toMatchObject({
    ...{ exitCode: 0, stdout: '' },
  });
  expect((await run('machine stop --all work')).stderr).toContain('not both');
});

test('stop --all continues after a VM that can’t be stopped, and then fails', async () => {
  await run('machine create work');
  const machine = { leave: () => Promise.reject(new Error('no answer')) };
  const { exitCode, stderr } = await run('machine stop --all', { machine });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('VM "default": no answer');
  expect(stderr).toContain('VM "work": no answer');
  expect(stderr).toContain('These VMs still run: default, work');
});

test('status shows since when the engine hasn’t answered, and what to do', async () => {
  const at = new Date(2026, 0, 2, 3, 4, 5);
  const status = {
    ...{ ...runningStatus, startedAt: '2026-01-01T00:00:00.000Z' },
    engineNotAnsweringSince: at.toISOString(),
  };
  const machine = { status: async () => status };
  const { stdout } = await run('machine status', { machine });
  expect(stdout).toMatch(
    /^State: +running for .+, engine not answering since 2026-01-02 03:04:05$/m,
  );
  expect(stdout).toMatch(/^Hint: +Run `berth machine restart`/m);
  const json = await run('machine status -f json', { machine });
  expect(JSON.parse(json.stdout)).toEqual(status);
});

test('restart stops and starts the VM, and says that it discards a suspended state', async () => {
  const done: string[] = [];
  let state: 'running' | 'suspended' = 'running';
  const machine = {
    status: async () => ({ ...runningStatus, state }),
    stop: async () => void done.push('stop'),
    start: async () => {
      done.push('start');
      return runningStatus;
    },
  };
  const output = async () => (await run('machine restart', { machine })).stdout;
  expect(await output()).toBe('VM "default" is running\n');
  expect(done).toEqual(['stop', 'start']);
  state = 'suspended';
  expect(await output()).toBe('VM "default" is running; its suspended state was discarded\n');
});

test('status shows the copy from before an upgrade, while it exists', async () => {
  const directory = join(home(), 'machines', 'default');
  await mkdir(directory, { recursive: true });
  const backup = { format: 1, madeAt: '2026-01-02T03:04:05.000Z' };
  await writeFile(join(directory, 'data.json'), JSON.stringify({ format: 2, backup }));
  expect((await run('machine status')).stdout).not.toContain('Backup');
  const copy = join(directory, 'data.backup.img');
  await writeFile(copy, '');
  expect((await run('machine status')).stdout).toContain(
    `Backup:       ${copy} (2026-01-02T03:04:05.000Z)\n`,
  );
});

/** A program in place of OpenSSH that writes its arguments to a file. */
async function recordingSsh() {
  const recorded = join(home(), 'words');
  const script = `
    require('node:fs').writeFileSync(process.argv[2], process.argv.slice(3).join('\\n'));
    process.exit(3);`;
  await mkdir(home(), { recursive: true });
  await writeFile(join(home(), 'ssh.cjs'), script);
  const program = await writeProgram(home(), 'program', {
    runs: [join(home(), 'ssh.cjs'), recorded],
  });
  return { program, recorded };
}

test('ssh takes the first word for a VM if it is a VM’s name, otherwise for a command', async () => {
  const { program } = await recordingSsh();
  await run('machine create work');
  const machine = {
    status: async () => runningStatus,
    sshCommand: async () => [program, 'root@machine'],
  };
  const words = async (line: string) => {
    expect((await run(line, { machine })).exitCode).toBe(3);
    return (await readFile(join(home(), 'words'), 'utf8')).trimEnd().split('\n');
  };
  expect(await words('machine ssh work ls -l')).toEqual(['root@machine', 'ls', '-l']);
  expect(await words('machine ssh ls -l')).toEqual(['root@machine', 'ls', '-l']);
  expect(await words('machine ssh')).toEqual(['root@machine']);
});

test.each(['a b', 'work:/a :/b'])('machine cp %s is rejected', async (ends) => {
  const { exitCode, stderr } = await run(`machine cp ${ends}`);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('must be a path in a VM');
});

test('update shows, downloads and leaves a VM image, and names the VMs that need a restart', async () => {
  const server = await startFeedServer();
  try {
    const env = { BERTH_VM_IMAGE_FEED: server.address };
    expect((await run('machine update --check')).stdout).toBe(
      `VM image ${berthVersion}, which comes with Berth\nThis build of Berth doesn't look for new VM images.\n`,
    );
    expect((await run('machine update --check', { env })).stdout).toContain('newest VM image');
    const version = `${berthVersion}.1`;
    server.publish(version);
    expect((await run('machine update --check', { env })).stdout).toContain(
      `VM image ${version} is available (345kB). To install it, run \`berth machine update\`.`,
    );
    const { exitCode, stdout } = await run('machine update', { env });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `VM image ${version} is installed\nVM "default" runs with its present image. To restart the VM, run \`berth machine restart\`.\n`,
    });
    expect((await run('machine update', { env })).stdout).toBe(
      `VM image ${version} is the newest\n`,
    );
    expect((await run('machine update --rollback', { env })).stdout).toContain(
      `VMs use VM image ${berthVersion} from their next start`,
    );
    const shown = (await run('machine update --check', { env })).stdout;
    expect(shown).toMatch(new RegExp(`^Not used since [-0-9]+: ${version} \\(you went back`, 'm'));
    expect(shown).toContain('run `berth machine update --force`');
    const refused = await run('machine update', { env });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`doesn't use the VM image ${version} on this host`);
    expect((await run('machine update --force', { env })).exitCode).toBe(0);
  } finally {
    await server[Symbol.asyncDispose]();
  }
});

test('update names BERTH_IMAGE_DIR if that chooses the VM image', async () => {
  const server = await startFeedServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const image = join(home(), 'image');
  await writeStubImage(image, 'own', '9.8.7');
  const env = { BERTH_VM_IMAGE_FEED: server.address, BERTH_IMAGE_DIR: image };
  expect((await run('machine update --check', { env })).stdout).toBe(
    `VM image 9.8.7, from BERTH_IMAGE_DIR (${image})\nTo use downloaded images, unset BERTH_IMAGE_DIR.\n`,
  );
  for (const command of ['machine update', 'machine update --rollback']) {
    const { exitCode, stderr } = await run(command, { env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('BERTH_IMAGE_DIR chooses the VM image');
    expect(stderr).toContain('Unset BERTH_IMAGE_DIR to use downloaded images.');
  }
});

test('status, ls and start announce the new image of a running VM', async () => {
  const image = join(home(), 'image');
  await writeStubImage(image);
  vi.stubEnv('BERTH_IMAGE_DIR', image);
  onTestFinished(() => void vi.unstubAllEnvs());
  const paths = machinePaths(home(), 'default');
  await mkdir(paths.directory, { recursive: true });
  await writeLaunch(paths, { fingerprint: '', applied: {}, image: 'before' });
  expect((await run('machine status')).stdout).toMatch(
    new RegExp(`^Next restart: +uses the new VM image ${berthVersion}$`, 'm'),
  );
  const [header, row] = (await run('machine ls')).stdout.split('\n');
  expect(header).toMatch(/NOTE$/);
  expect(row).toMatch(new RegExp(`new VM image ${berthVersion} at the next restart$`));
  expect((await run('machine start')).stdout).toContain('run `berth machine restart`');
});
