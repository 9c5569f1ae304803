import { beforeAll, expect, inject, test } from 'vitest';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { DockerClient } from '../../fixtures/docker-client.ts';
import type { Outcome } from '../../fixtures/outcome.ts';
import { berth, output } from '../berth.ts';

/*
 * A command that exits before it has read its input. Its output must arrive anyway, over every
 * connection that a client has to the VM.
 */

const ROUNDS = 8;
/** For emulated VMs on a busy host, where one exec takes many seconds. */
const TIMEOUT = 900_000;
const AT_ONCE = 4;
/** What `berth` says when the VM takes seconds to answer. */
const WAITING = 'Waiting for the engine in the VM to answer...\n';

const SIZES = { '300 kB': 300_000, '2 MB': 2_000_000 } as const;
const SCRIPT = ['sh', '-c', 'echo out; echo err >&2; exit 3'];

let docker: DockerClient;

beforeAll(async () => {
  const configuration = await temporaryDirectory();
  docker = await DockerClient.open(inject('engineSocket'), configuration.path);
  await output('pull', 'busybox');
  await output('run', '--detach', '--name', 'busy', 'busybox', 'sleep', '100000');
  return async () => {
    await output('rm', '--force', 'busy');
    await configuration[Symbol.asyncDispose]();
  };
});

/** The number of times that each outcome occurred. */
async function outcomes(run: () => Promise<Outcome>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round += AT_ONCE) {
    for (const outcome of await Promise.all(Array.from({ length: AT_ONCE }, run))) {
      const stderr = outcome.stderr.replace(WAITING, '');
      const text = JSON.stringify({ ...outcome, stderr });
      counts[text] = (counts[text] ?? 0) + 1;
    }
  }
  return counts;
}

const all = { [JSON.stringify({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' })]: ROUNDS };

const clients = {
  'docker exec': (stdin: string) => docker.run(['exec', '-i', 'busy', ...SCRIPT], stdin),
  'berth exec': (stdin: string) => berth(['exec', '-i', 'busy', ...SCRIPT], stdin),
};

test.each(
  Object.entries(clients).flatMap(([name, run]) =>
    Object.entries(SIZES).map(([size, bytes]) => [name, size, run, '\0'.repeat(bytes)] as const),
  ),
)(
  '%s -i shows the output of a command that leaves %s unread',
  async (_, __, run, stdin) => {
    expect(await outcomes(() => run(stdin))).toEqual(all);
  },
  TIMEOUT,
);

test('docker run -i and start -a -i do the same', async () => {
  const stdin = '\0'.repeat(SIZES['2 MB']);
  const expected: Outcome = { exitCode: 3, stdout: 'out\n', stderr: 'err\n' };
  expect(await docker.run(['run', '--rm', '-i', 'busybox', ...SCRIPT], stdin)).toEqual(expected);
  await docker.output('create', '-i', '--name', 'hasty', 'busybox', ...SCRIPT);
  expect(await docker.run(['start', '-a', '-i', 'hasty'], stdin)).toEqual(expected);
  await docker.output('rm', 'hasty');
});
