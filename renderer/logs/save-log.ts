import type { Container } from '../../electron/api/containers.ts';
import type { LogRange } from '../../electron/api/logs.ts';
import { startActivity } from '../activity/activity.ts';
import { client } from '../connection/screen.ts';
import { formatBytes } from '../format/bytes.ts';
import { choosePath } from '../local-files/choose-path.tsx';

/** Asks for a file on the host, and the host writes the log to it. */
export async function saveLog(
  { id, name }: Container,
  range: LogRange,
  timestamps: boolean,
): Promise<void> {
  const path = await choosePath({
    ...{ kind: 'save', title: `Save the log of ${name}`, name: `${name}.log` },
  });
  if (path === undefined) return;
  await startActivity<number>({
    title: `Saving the log of ${name}`,
    done: (bytes) => `Saved ${formatBytes(bytes)} of the log of ${name} to ${path}`,
    async run(signal, report) {
      let written = 0;
      const request = { container: id, path, range, timestamps };
      for await (const { bytes } of await client.logs.save(request, { signal })) {
        written = bytes;
        report({ text: formatBytes(bytes) });
      }
      return written;
    },
  });
}
