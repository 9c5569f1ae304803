import * as z from 'zod';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { readRecord } from '../base/read-record.ts';
import type { MachinePaths } from './paths.ts';

/**
 * How `kubectl` reaches the Kubernetes API of a VM: over TLS at a port of this host, with a client
 * certificate. In the file `kube-access.json`, which only its owner may read.
 */
const kubeAccessSchema = z.object({
  /** The port that the background process has, or had. 0 before it has one. */
  port: z.number().int(),
  /** PEM. The server's certificate is also the authority of the client's. */
  certificate: z.string(),
  key: z.string(),
  clientCertificate: z.string(),
  clientKey: z.string(),
});
export type KubeAccess = z.infer<typeof kubeAccessSchema>;

type Paths = Pick<MachinePaths, 'kubeAccess'>;

const VALID_YEARS = 10;
/** Clocks of hosts differ, and restored backups turn them back. */
const EARLIER_MS = 24 * 3_600_000;

/** Undefined until somebody wants to use `kubectl`. */
export async function readKubeAccess(paths: Paths): Promise<KubeAccess | undefined> {
  return readRecord(paths.kubeAccess, kubeAccessSchema);
}

export async function writeKubeAccess(paths: Paths, access: KubeAccess): Promise<void> {
  await writeFileAtomic(paths.kubeAccess, JSON.stringify(access));
}

/** Creates the keys and certificates. */
export async function createKubeAccess(): Promise<KubeAccess> {
  // Rarely needed, and large. A part of a bundle has only the default export of a CommonJS package.
  const { default: selfsigned } = await import('selfsigned');
  const now = Date.now();
  const notBeforeDate = new Date(now - EARLIER_MS);
  const notAfterDate = new Date(now);
  notAfterDate.setFullYear(notAfterDate.getFullYear() + VALID_YEARS);
  const made = await selfsigned.generate([{ name: 'commonName', value: 'Berth Kubernetes' }], {
    ...{ keyType: 'ec', curve: 'P-256', algorithm: 'sha256', notBeforeDate, notAfterDate },
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
    clientCertificate: { cn: 'berth', keyType: 'ec', curve: 'P-256', notBeforeDate, notAfterDate },
  });
  const { cert, private: key, clientcert, clientprivate } = made;
  if (clientcert === undefined || clientprivate === undefined) {
    throw new Error('selfsigned made no client certificate');
  }
  return {
    port: 0,
    certificate: cert,
    key,
    clientCertificate: clientcert,
    clientKey: clientprivate,
  };
}
