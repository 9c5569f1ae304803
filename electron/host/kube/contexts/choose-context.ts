import type { MachinePaths } from '../../home/paths.ts';
import { addContext, makeCurrent } from './change-kubeconfig.ts';
import { LOCAL_CONTEXT } from './contexts.ts';
import { openKubectlAccess } from './kubectl-access.ts';

/**
 * Makes a context the current one of Berth's commands and of kubectl. Adds Berth's own context to
 * the kubeconfig and opens its port; for that, the VM must run.
 */
export async function chooseContext(
  kubeconfig: string,
  name: string,
  paths: Pick<MachinePaths, 'kubeAccess'>,
): Promise<void> {
  if (name === LOCAL_CONTEXT) await addLocalContext(kubeconfig, paths);
  else await makeCurrent(kubeconfig, name);
}

async function addLocalContext(
  kubeconfig: string,
  paths: Pick<MachinePaths, 'kubeAccess'>,
): Promise<void> {
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
