import { expect, it } from 'vitest';
import { hostShell } from './host-shell.ts';

const options = { home: '/home/ann/.berth', machine: 'work', engineSocket: '/run/engine.sock' };

it('puts berth first in the PATH and leads docker to the machine', () => {
  const { file, args, env } = hostShell({
    ...options,
    commandDirectory: '/opt/berth/bin',
    platform: 'linux',
    environment: { SHELL: '/bin/zsh', PATH: '/usr/bin', ELECTRON_RUN_AS_NODE: '1' },
  });
  expect([file, ...args]).toEqual(['/bin/zsh']);
  expect(env).toEqual({
    SHELL: '/bin/zsh',
    PATH: '/opt/berth/bin:/usr/bin',
    BERTH_HOME: '/home/ann/.berth',
    BERTH_MACHINE: 'work',
    DOCKER_HOST: 'unix:///run/engine.sock',
  });
});

it('is a login shell on macOS, whose apps know nothing of the profile', () => {
  const { args } = hostShell({ ...options, platform: 'darwin', environment: {} });
  expect(args).toEqual(['-l']);
});

it('is PowerShell on Windows, with the pipe as docker writes it', () => {
  const { file, env } = hostShell({
    home: 'C:\\Users\\ann\\.berth',
    machine: 'default',
    engineSocket: '\\\\.\\pipe\\berth-1a2b-engine',
    platform: 'win32',
    environment: { Path: 'C:\\Windows' },
  });
  expect(file).toMatch(/powershell\.exe$/);
  expect(env.DOCKER_HOST).toBe('npipe:////./pipe/berth-1a2b-engine');
  expect(env.Path).toMatch(/C:\\Windows$/);
  expect(env).not.toHaveProperty('PATH');
});
