import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Container } from 'kubernetes-types/core/v1.js';
import { ifMissing } from '../../../errors.ts';
import { ACCOUNT_PATH } from '../../access/pod-access.ts';
import { namespaceOf, type PodView, type RunnerContext } from '../pod-context.ts';
import { writeAtomically } from './atomic-files.ts';
import type { PodDirectories } from './pod-directories.ts';

const MODE = 0o644;

/**
 * The mount with which a container reaches the API of its cluster: a token, the certificate of the
 * authority and the namespace. Empty if the pod doesn't want it, or has a mount of its own there.
 */
export async function accountMount(
  { access }: Pick<RunnerContext, 'access'>,
  directories: PodDirectories,
  { pod }: PodView,
  container: Container,
): Promise<object[]> {
  const isTaken = (container.volumeMounts ?? []).some(
    ({ mountPath }) => mountPath === ACCOUNT_PATH,
  );
  if (access === undefined || isTaken || !access.isWanted(pod)) return [];
  await directories.open();
  const path = directories.volume(pod.metadata.uid, '.account');
  // All containers of the pod share the token, which is valid as long as the pod.
  if ((await stat(join(path, 'token')).catch(ifMissing(undefined))) === undefined) {
    const token = access.token(pod);
    if (token === undefined) return [];
    const files = { token, 'ca.crt': access.authority, namespace: namespaceOf(pod) };
    const entries = Object.entries(files).map(
      ([name, text]) => [name, { content: Buffer.from(text), mode: MODE }] as const,
    );
    await writeAtomically(path, new Map(entries));
  }
  const BindOptions = { CreateMountpoint: true };
  return [{ Type: 'bind', Source: path, Target: ACCOUNT_PATH, ReadOnly: true, BindOptions }];
}
