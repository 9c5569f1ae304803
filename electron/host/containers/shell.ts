import { HostError } from '../base/errors.ts';
import { statContainerPath } from '../engine/archives.ts';
import type { EngineClient } from '../engine/connection/client.ts';

/** The most comfortable one first; the last is where images without a system keep busybox. */
const SHELLS = [
  '/bin/bash',
  '/usr/bin/bash',
  '/usr/local/bin/bash',
  '/bin/zsh',
  '/bin/ash',
  '/bin/sh',
  '/usr/bin/sh',
  '/busybox/sh',
] as const;

/** The path of the best shell that a container has. Rejects with 'invalid' when it has none. */
export async function findShell(client: EngineClient, container: string): Promise<string> {
  const found = await Promise.all(SHELLS.map((path) => statContainerPath(client, container, path)));
  const shell = SHELLS.find((_, index) => found[index] !== undefined);
  if (shell !== undefined) return shell;
  throw new HostError('invalid', 'this container has no shell', {
    hint: 'its image has only what its program needs; look at its logs and files',
  });
}
