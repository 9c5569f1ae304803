import { startActivity } from '../activity/activity.ts';
import { client } from '../connection/screen.ts';
import { choosePath } from '../local-files/choose-path.tsx';

/** Asks for a file, and saves what people who look into a problem need. */
export async function saveDiagnostics(): Promise<void> {
  const name = 'berth-diagnostics.tar.gz';
  const path = await choosePath({ kind: 'save', title: 'Save diagnostics', name });
  if (path === undefined) return;
  await startActivity({
    title: 'Collecting diagnostics',
    done: () =>
      `Saved to ${path}. Berth removes the secrets that it can recognize. Crash dumps can still contain some.`,
    run: () => client.desktop.saveDiagnostics({ path }),
  });
}
