import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { MachineStatus } from '../api/machine.ts';
import { HostError } from '../host/base/errors.ts';
import { logTo } from '../host/base/log.ts';
import { type StandInEngine, startStandInEngine } from '../host/engine/testing/stand-in-engine.ts';
import { runningStatus } from '../host/machine/testing/running-status.ts';
import { appliedSettings } from '../host/settings/applied.ts';
import { defaultSettings } from '../host/settings/store.ts';
import { runWords } from './testing/run.ts';

let engine: StandInEngine;
beforeEach(async () => {
  engine = await startStandInEngine();
  engine.json('GET /containers/json', []);
});
afterEach(() => engine[Symbol.asyncDispose]());

const starting: MachineStatus = {
  ...runningStatus,
  state: 'starting',
  accelerator: 'tcg',
  acceleratorNote: 'Berth emulates the processor, which is slow: KVM does not work',
};

test('a command starts the machine when it does not run, and tells each step', async () => {
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
      'starting machine "default": preparing its disks',
      'starting machine "default": starting Linux',
      '',
    ].join('\n'),
  });
  expect(engine.requests).toHaveLength(1);
});

test('a command that fails says the same as ever, and the log has what is behind it', async () => {
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

test('a start that goes on emulated says so once, among its steps', async () => {
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
    'starting machine "default": starting Linux',
    'Berth emulates the processor, which is slow: KVM does not work',
    'starting machine "default": preparing its disks',
    'starting machine "default": starting the virtual machine',
    'starting machine "default": starting Linux',
    '',
  ]);
});

test('a suspended machine that starts anew is told of, once', async () => {
  const { stderr } = await runWords(engine, ['ps', '-q'], {
    machine: {
      status: async () => ({ ...runningStatus, state: 'suspended' }),
      async start(onStatus) {
        const startNote = 'it started anew: its image has been replaced since';
        onStatus?.({ ...runningStatus, state: 'starting', startNote, step: 'prepare' });
        onStatus?.({ ...runningStatus, state: 'starting', startNote, step: 'launch' });
        return runningStatus;
      },
    },
  });
  expect(stderr.split('\n')).toEqual([
    'it started anew: its image has been replaced since',
    'starting machine "default": preparing its disks',
    'starting machine "default": starting the virtual machine',
    '',
  ]);
});

test('a machine that does not start ends the command, with the hint', async () => {
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
  'berth %s shows what the console of a machine said that does not start',
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

test('for run that is exit code 125', async () => {
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

test('Ctrl-C ends the waiting for the machine', async () => {
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
  expect(outcome.stderr).toContain('stopped waiting; the machine goes on starting');
  expect(engine.requests).toEqual([]);
  expect(signals.listenerCount('SIGINT')).toBe(0);
});

test('machine status shows state, acceleration, resources and socket, and starts nothing', async () => {
  const outcome = await runWords(engine, ['machine', 'status'], {
    machine: { status: async () => ({ ...starting, step: 'ssh' }) },
  });
  expect(outcome.stdout).toBe(
    [
      'Machine:      default',
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

test('machine status tells what waits for the next start', async () => {
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

test('machine status shows the ports of containers, and why one is not open', async () => {
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

test('machine ssh runs the ssh command with what to run, and ends with its code', async () => {
  const { exitCode } = await runWords(engine, ['machine', 'ssh', 'exit', '--', '7'], {
    machine: { sshCommand: async () => ['sh', '-c', '[ "$*" = "-- 7" ] && exit 9'] },
  });
  expect(exitCode).toBe(9);
});
