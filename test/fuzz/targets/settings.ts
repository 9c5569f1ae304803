import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLaunch } from '../../../electron/host/home/launch-record.ts';
import { savedLaunch } from '../../../electron/host/home/saved-state.ts';
import { readLastStatus } from '../../../electron/host/home/status-file.ts';
import { readImageRecord } from '../../../electron/host/home/vm-images.ts';
import { createAppSettingsStore } from '../../../electron/host/settings/app-store.ts';
import { createSettingsStore } from '../../../electron/host/settings/store.ts';
import { isTyped, type Target } from '../target.ts';

/** The JSON files in `BERTH_HOME`: settings, and the records of a VM. */
export async function openSettings(): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-fuzz-settings-'));
  const path = join(directory, 'file.json');
  const settings = createSettingsStore(path);
  const app = createAppSettingsStore(path);
  return {
    isJson: true,
    seeds: [
      '{"cpus":4,"memoryMiB":4096,"diskGiB":64,"sharedFolders":[{"path":"/home/me","readOnly":false}],"registryMirrors":["https://mirror.example"],"insecureRegistries":["localhost:5000"],"proxy":"http://proxy:3128"}',
      '{"theme":"dark","notifications":true,"startAtLogin":false}',
      '{"driver":"qemu","fingerprint":"x","image":"y","applied":{"cpus":"z"},"booted":{"cpus":2,"memoryMiB":2048}}',
      '{"launch":{"fingerprint":"x","applied":{}},"dataDisk":{"size":1,"modified":"2"},"savedAt":"2026-01-02T03:04:05Z"}',
      '{"state":"running","since":"2026-01-02T03:04:05Z","cpus":2}',
      '{"rejected":[{"version":"1.2","reason":"x"}],"accepted":"1.1"}',
    ],
    words: ['"cpus":', '"sharedFolders":[', 'null', '-1', '1e99', '{', '}', '\ufeff'],
    async read(input) {
      await writeFile(path, input);
      await Promise.all(
        [
          () => settings.read(),
          () => app.read(),
          () => readLaunch({ launch: path }),
          () => savedLaunch({ savedState: path }),
          () => readLastStatus(path),
          async () => readImageRecord({ record: path }),
        ].map(async (read) => {
          await read().catch((error: unknown) => {
            if (!isTyped(error)) throw error;
          });
        }),
      );
    },
  };
}
