import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ifMissing } from '../../errors.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';

const keysSchema = z.object({
  /** The address that the certificate is for. */
  address: z.string(),
  /** PEM. The server's certificate is its own authority. */
  certificate: z.string(),
  key: z.string(),
  /** Signs tokens of service accounts, in hexadecimal. */
  tokenKey: z.string(),
});
export type ClusterKeys = z.infer<typeof keysSchema>;

const FILE = 'cluster-keys.json';
const VALID_YEARS = 10;

/** The keys of the API for pods. They are made on first use, and again if the address changes. */
export async function clusterKeys(directory: string, address: string): Promise<ClusterKeys> {
  const path = join(directory, FILE);
  const text = await readFile(path, 'utf8').catch(ifMissing(undefined));
  const kept = text === undefined ? undefined : keysSchema.parse(JSON.parse(text));
  if (kept?.address === address) return kept;
  const keys = {
    ...(await certificateFor(address)),
    address,
    tokenKey: kept?.tokenKey ?? randomBytes(32).toString('hex'),
  };
  await writeFileAtomic(path, JSON.stringify(keys));
  return keys;
}

async function certificateFor(address: string) {
  // Rarely needed, and large. A part of a bundle has only the default export of a CommonJS package.
  const { default: selfsigned } = await import('selfsigned');
  const notAfterDate = new Date();
  notAfterDate.setFullYear(notAfterDate.getFullYear() + VALID_YEARS);
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const made = await selfsigned.generate([{ name: 'commonName', value: 'Berth Kubernetes' }], {
    // Busybox's wget and old clients don't know certificates with elliptic curves.
    ...{ keyType: 'rsa', keySize: 2048, algorithm: 'sha256', notAfterDate },
    // The clock of a VM that has just started may be wrong.
    notBeforeDate: new Date(0),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: address },
          ...[...names, 'kubernetes.default.svc.cluster.local'].map(
            (value) => ({ type: 2, value }) as const,
          ),
        ],
      },
    ],
  });
  return { certificate: made.cert, key: made.private };
}
