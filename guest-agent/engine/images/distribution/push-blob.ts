import type { PushClient } from '../../../registry/push-client.ts';
import type { OciBlob } from '../store/oci-content.ts';
import { figure, type Report, step } from './progress.ts';

/** Whether the registry has a blob in the repository, or could mount it from another one. */
export async function reuseBlob(
  client: PushClient,
  digest: string,
  sources: readonly string[],
  id: string,
  report: Report,
  signal: AbortSignal,
): Promise<boolean> {
  if (await client.hasBlob(digest, signal)) {
    report(step('Layer already exists', id));
    return true;
  }
  for (const source of sources) {
    if (!(await client.mountBlob(digest, source, signal))) continue;
    report(step(`Mounted from ${source}`, id));
    return true;
  }
  return false;
}

/** Uploads a blob, and reports how far the upload is. */
export async function uploadBlob(
  client: PushClient,
  { digest, size, open }: OciBlob,
  id: string,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  async function* counted(): AsyncGenerator<Uint8Array> {
    let current = 0;
    for await (const chunk of open()) {
      current += chunk.length;
      report(figure('Pushing', id, current, size));
      yield chunk;
    }
  }
  await client.putBlob({ digest, size }, counted, signal);
  report(step('Pushed', id));
}
