import { addContext } from '../../host/kube/contexts/change-kubeconfig.ts';
import { LOCAL_CONTEXT } from '../../host/kube/contexts/contexts.ts';
import { openKubectlAccess } from '../../host/kube/contexts/kubectl-access.ts';
import type { CliContext } from '../context.ts';
import { connectEngine } from '../engine.ts';

/**
 * Adds the context of Berth's own engine to a kubeconfig and makes it the current one, so that
 * `kubectl` uses it. Starts the VM first, and opens its port for `kubectl`.
 */
export async function addLocalContext(context: CliContext, kubeconfig: string): Promise<void> {
  await connectEngine(context);
  const { paths } = await context.host();
  const access = await openKubectlAccess(paths);
  const entry = {
    name: LOCAL_CONTEXT,
    cluster: {
      server: access.server,
      'certificate-authority-data': encoded(access.certificateAuthority),
    },
    user: {
      'client-certificate-data': encoded(access.clientCertificate),
      'client-key-data': encoded(access.clientKey),
    },
  };
  await addContext(kubeconfig, entry, { use: true });
}

const encoded = (pem: string) => Buffer.from(pem).toString('base64');
