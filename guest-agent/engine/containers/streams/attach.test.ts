import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { attachContainer } from './attach.ts';

it('shows only earlier output from the log, since the next run is streamed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'attach-'));
  try {
    const engine = await testEngine(directory);
    const container = await engine.containers.add(testRecord({}));
    const log = engine.directories.log(container.id);
    await mkdir(dirname(log), { recursive: true });
    const line = (at: number, word: string) =>
      `${new Date(at).toISOString().replace('Z', '000000Z')} stdout F ${word}\n`;
    const options = {
      ...{ logs: true, stream: true, stdin: false, stdout: true, stderr: true },
      ...{ tty: false, closesStdin: false, detachKeys: [] },
    };
    const serve = attachContainer(engine, container, options, (_, data) => data);
    // The container runs and exits before the log is read.
    await writeFile(
      log,
      line(Date.now() - 60_000, 'earlier') + line(Date.now() + 60_000, 'present'),
    );
    const client = new PassThrough();
    const written = text(client);
    const served = serve(client);
    for (const attachment of container.pendingAttachments) attachment.cancel();
    await served;
    expect(await written).toBe('earlier\n');
  } finally {
    await rm(directory, { recursive: true });
  }
});
