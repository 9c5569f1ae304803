import { afterAll, expect, test } from 'vitest';
import { inContainer, removeContainers } from './shared-machine.ts';

afterAll(removeContainers);

test('--init reaps the processes that lose their parent', async () => {
  // The inner shell ends before its child does: the child is the init's then.
  const script = `
    cat /proc/1/comm
    sh -c 'sleep 0.2 & echo $!' > /tmp/orphan
    orphan=$(cat /tmp/orphan)
    while [ -d /proc/$orphan ]; do usleep 50000; done
    echo reaped`;
  expect(await inContainer(script, '--init')).toBe('docker-init\nreaped');
});
