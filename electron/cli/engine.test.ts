import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { onWindows } from '../../guest-agent/testing/on-windows.ts';
import type { MachineStatus } from '../api/machine.ts';
import { HostError } from '../host/base/errors.ts';
import { logTo } from '../host/base/log.ts';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../host/engine/testing/scripted-engine.ts';
import { runningStatus } from '../host/machine/testing/running-status.ts';
import { appliedSettings } from '../host/settings/applied.ts';
import { defaultSettings } from '../host/settings/store.ts';
import { runWords } from './testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
  engine.json('GET /containers/json', []);
});
afterEach(() => engine[Symbol.asyncDispose]());

const starting: MachineStatus = {
  ...runningStatus,
  state: 'starting',
  accelerator: 'tcg',
  acceleratorNote: 'Berth emulates the processor, which is slow: KVM does not work',
};

test('a command starts the VM if it isn’t running, and shows each step', async () => {
  const outcome = await runWords(engine, ['ps', '-q'], {
    machine: {
      status: async () => ({ ...runningStatus, state: 'stopped' }),
      async start(onStatus) {
        onStatus?.({ ...starting, step: 'prepare' });
        onStatus?.({ ...starting, step: 'kernel' });
        onStatus?.({ ...starting, step: 'kernel' });
        return runningStatus;
      },
    },
  });
  expect(outcome).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: [
      'Berth emulates the processor, which is slow: KVM does not work',
      'starting VM "default": preparing the disks',
      'starting VM "default": starting Linux',
      '',
    ].join('\n'),
  });
  expect(engine.requests).toHaveLength(1);
});

test('a command that fails prints its error, and logs the cause', async () => {
  const lines: string[] = [];
  const endLogging = logTo((line) => lines.push(line), 'cli');
  onTestFinished(endLogging);
  const cause = new HostError('internal', 'QEMU hung up');
  const outcome = await runWords(engine, ['ps', '-q'], {
    machine: {
      status: async () => {
        throw new HostError('timeout', 'no answer', { hint: 'look again', cause });
      },
    },
  });
  expect(outcome).toEqual({ exitCode: 1, stdout: '', stderr: 'berth: no answer\nlook again\n' });
  expect(lines).toEqual([
    expect.stringMatching(/Z warn cli\[\d+\] cli: berth ps: no answer \(QEMU hung up\)$/),
  ]);
  await runWords(engine, ['ps', '--wrong']);
  expect(lines).toHaveLength(1);
});

test('a start that falls back to emulation says so once, among its steps', async () => {
  const { stderr } = await runWords(engine, ['ps', '-q'], {
    machine: {
      status: async () => ({ ...runningStatus, state: 'stopped' }),
      async start(onStatus) {
        onStatus?.({ ...runningStatus, state: 'starting', step: 'kernel' });
        for (const step of ['prepare', 'launch', 'kernel'] as const) {
          onStatus?.({ ...starting, step });
        }
        return runningStatus;
      },
    },
  });
  expect(stderr.split('\n')).toEqual([
    'starting VM "default": starting Linux',
    'Berth emulates the processor, which is slow: KVM does not work',
    'starting VM "default": preparing the disks',
    'starting VM "default": powering on',
    'starting VM "default": starting Linux',
    '',
  ]);
});

test('shows once why a suspended VM starts from scratch', async () => {
  const { stderr } = await runWords(engine, ['ps', '-q'], {
    machine: {
      status: async () => ({ ...runningStatus, state: 'suspended' }),
      async start(onStatus) {
        const startNote = 'The VM started from scratch: its image has been replaced';
        onStatus?.({ ...runningStatus, state: 'starting', startNote, step: 'prepare' });
        onStatus?.({ ...runningStatus, state: 'starting', startNote, step: 'launch' });
        return runningStatus;
      },
    },
  });
  expect(stderr.split('\n')).toEqual([
    'The VM started from scratch: its image has been replaced',
    'starting VM "default": preparing the disks',
    'starting VM "default": powering on',
    '',
  ]);
});

test('if the VM doesn’t start, the command fails with the hint', async () => {
  const outcome = await runWords(engine, ['ps'], {
    machine: {
      status: async () => ({ ...runningStatus, state: 'stopped' }),
      start: async () => {
        throw new HostError('machine-failed', 'the kernel did not start', { hint: 'try again' });
      },
    },
  });
  expect(outcome).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'berth: the kernel did not start\ntry again\n',
  });
});

test.each(['ps', 'run busybox', 'machine start', 'version', 'machine ssh'])(
  'berth %s shows the console of a VM that doesn’t start',
  async (line) => {
    const { stderr } = await runWords(engine, line.split(' '), {
      machine: {
        status: async () => ({ ...runningStatus, state: 'failed' }),
        start: async () => {
          throw new HostError('machine-failed', 'the kernel did not start', {
            hint: 'The console below shows how far it came.',
            console: ['berth: init', 'Kernel panic - not syncing'],
          });
        },
      },
    });
    expect(stderr).toBe(
      [
        'berth: the kernel did not start',
        'The console below shows how far it came.',
        'berth: init',
        'Kernel panic - not syncing',
        '',
      ].join('\n'),
    );
  },
);

test('the exit code of `run` is then 125', async () => {
  const { exitCode } = await runWords(engine, ['run', 'busybox'], {
    machine: {
      status: async () => ({ ...runningStatus, state: 'failed' }),
      start: async () => {
        throw new HostError('missing-program', 'QEMU was not found');
      },
    },
  });
  expect(exitCode).toBe(125);
});

test('Ctrl-C stops waiting for the VM', async () => {
  const signals = new EventEmitter();
  const outcome = await runWords(engine, ['ps'], {
    signals,
    machine: {
      status: async () => ({ ...runningStatus, state: 'starting' }),
      start: (_onStatus, signal) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new HostError('cancelled', 'cancelled')));
          signals.emit('SIGINT');
        }),
    },
  });
  expect(outcome.exitCode).toBe(130);
  expect(outcome.stderr).toContain('stopped waiting; the VM is still starting');
  expect(engine.requests).toEqual([]);
  expect(signals.listenerCount('SIGINT')).toBe(0);
});

test('machine status shows state, acceleration, resources and socket, and starts nothing', async () => {
  const outcome = await runWords(engine, ['machine', 'status'], {
    machine: { status: async () => ({ ...starting, step: 'ssh' }) },
  });
  expect(outcome.stdout).toBe(
    [
      'VM:           default',
      'State:        starting (ssh)',
      'Driver:       qemu',
      'Acceleration: none (tcg)',
      'Note:         Berth emulates the processor, which is slow: KVM does not work',
      'CPUs:         2',
      'Memory:       2048 MiB',
      'Disk:         64 GiB',
      `Socket:       ${engine.socketPath}`,
      '',
    ].join('\n'),
  );
});

test('machine status lists the settings that apply at the next start', async () => {
  const applied = appliedSettings({ ...defaultSettings(), memoryMiB: 512, diskGiB: 8 });
  const waiting = async (status: Partial<MachineStatus>) => {
    const machine = { status: async () => ({ ...runningStatus, applied, ...status }) };
    const { stdout } = await runWords(engine, ['machine', 'status'], { machine });
    return /^Next start: .*$/m.exec(stdout)?.[0];
  };
  expect(await waiting({})).toBe('Next start:   applies memoryMiB, diskGiB');
  expect(await waiting({ adjusting: true })).toBeUndefined();
  expect(await waiting({ state: 'stopped' })).toBeUndefined();
});

test('machine status shows the ports of containers, and why a port isn’t open', async () => {
  const port = { address: '::', protocol: 'tcp', containerId: 'c', containerName: 'web' } as const;
  const site = { containerId: 'c0ffee', containerName: 'web', urls: ['http://web.berth.local'] };
  const domains = { port: 80, list: [site] };
  const ports = [
    { ...port, port: 80 },
    { ...port, port: 81, problem: 'nginx (process 12) has it' },
  ];
  const { stdout } = await runWords(engine, ['machine', 'status'], {
    machine: { status: async () => ({ ...runningStatus, ports, domains }) },
  });
  expect(stdout).toContain(
    [
      'Port:         [::]:80/tcp of web',
      'Port:         [::]:81/tcp of web: not open, nginx (process 12) has it',
      'Web:          http://web.berth.local\n',
    ].join('\n'),
  );
});

test.skipIf(onWindows('it has no sh'))(
  'machine ssh passes the command to ssh, and exits with its code',
  async () => {
    const { exitCode } = await runWords(engine, ['machine', 'ssh', 'exit', '--', '7'], {
      machine: { sshCommand: async () => ['sh', '-c', '[ "$*" = "-- 7" ] && exit 9'] },
    });
    expect(exitCode).toBe(9);
  },
);
