import { afterAll, expect, test } from 'vitest';
import { inContainer, removeContainers } from '../e2e/engine/shared-machine.ts';

afterAll(removeContainers);

test('--init reaps the processes that lose their parent', async () => {
  // The inner shell exits before its child, which the init process then adopts.
  const script = `
    cat /proc/1/comm
    sh -c 'sleep 0.2 & echo $!' > /tmp/orphan
    orphan=$(cat /tmp/orphan)
    while [ -d /proc/$orphan ]; do usleep 50000; done
    echo reaped`;
  expect(await inContainer(script, '--init')).toBe('docker-init\nreaped');
});
