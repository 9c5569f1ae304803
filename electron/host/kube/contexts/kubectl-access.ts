import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../../base/errors.ts';
import { createKubeAccess, readKubeAccess, writeKubeAccess } from '../../home/kube-access.ts';
import type { MachinePaths } from '../../home/paths.ts';

/** What a kubeconfig needs to reach Berth's own Kubernetes. Certificates and keys are PEM. */
export interface KubectlAccess {
  readonly server: string;
  readonly certificateAuthority: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** The background process opens the port as soon as it sees the file. */
const PATIENCE_MS = 15_000;
const CHECK_MS = 100;

/**
 * Opens the port for `kubectl`, and returns how to use it. The VM's background process must run.
 * From then on, it opens the port whenever it starts.
 */
export async function openKubectlAccess(
  paths: Pick<MachinePaths, 'kubeAccess'>,
): Promise<KubectlAccess> {
  if (!(await readKubeAccess(paths))) await writeKubeAccess(paths, await createKubeAccess());
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const access = await readKubeAccess(paths);
    if (access && access.port !== 0) {
      return {
        server: `https://127.0.0.1:${access.port}`,
        certificateAuthority: access.certificate,
        clientCertificate: access.clientCertificate,
        clientKey: access.clientKey,
      };
    }
    if (Date.now() > deadline) {
      throw new HostError('timeout', 'The port for kubectl did not open.', {
        hint: 'Restart the VM with `berth machine restart`, and try again.',
        appHint: 'Restart the VM on the Machine page, and try again.',
      });
    }
    await sleep(CHECK_MS);
  }
}
