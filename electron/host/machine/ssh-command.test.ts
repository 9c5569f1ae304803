import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { runProgram } from '../base/process.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { missingSsh, scpArguments, sshArguments } from './ssh-command.ts';

test.skipIf(onWindows('wine has no ssh'))(
  'OpenSSH understands the command, also when paths have spaces',
  async () => {
    const home = join(await temporaryDirectory(), 'a home');
    await mkdir(home);
    const paths = { clientKey: join(home, 'ssh-key'), knownHosts: join(home, 'known-hosts') };
    await writeFile(paths.clientKey, '');
    const [program = '', ...args] = sshArguments({ host: '127.0.0.1', port: 2222 }, paths);
    // -G prints the configuration that would be used.
    const { stdout } = await runProgram(program, ['-G', ...args]);
    const lines = stdout.split('\n');
    expect(lines).toContain('user root');
    expect(lines).toContain('port 2222');
    expect(lines).toContain(`identityfile ${paths.clientKey}`);
    expect(lines).toContain(`userknownhostsfile ${paths.knownHosts}`);
    expect(lines).toContain('hostkeyalias berth');
    expect(lines).toContain('stricthostkeychecking true');
  },
);

test('scp has the same options, and tells the port in its own way', () => {
  const paths = { clientKey: '/h/key', knownHosts: '/h/known' };
  const ssh = sshArguments({ host: '127.0.0.1', port: 2222 }, paths);
  const scp = scpArguments(ssh, (inMachine) => ['/a:b', inMachine('/root/c d')]);
  expect(scp.slice(0, 8)).toEqual(['scp', '-s', '-r', '-p', '-F', 'none', '-i', '/h/key']);
  expect(scp).toContain('HostKeyAlias=berth');
  expect(scp.join(' ')).toContain('-P 2222');
  expect(scp.slice(-3)).toEqual(['--', '/a:b', 'root@127.0.0.1:/root/c d']);
});

test('a missing ssh says how to get it on this system', () => {
  expect(missingSsh('ssh', undefined, 'win32')).toMatchObject({
    ...{ code: 'missing-program', message: expect.stringContaining("ssh wasn't found") },
    hint: expect.stringContaining('Optional features'),
  });
  expect(missingSsh('scp', undefined, 'linux').hint).toBe('Install the OpenSSH client.');
});
