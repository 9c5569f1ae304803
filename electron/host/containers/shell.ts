import { HostError } from '../base/errors.ts';
import { statContainerPath } from '../engine/archives.ts';
import type { EngineClient } from '../engine/connection/client.ts';

/** In order of preference. The last is the path of busybox in minimal images. */
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

/** The path of the best shell in a container. Rejects with 'invalid' if it has none. */
export async function findShell(client: EngineClient, container: string): Promise<string> {
  const found = await Promise.all(SHELLS.map((path) => statContainerPath(client, container, path)));
  const shell = SHELLS.find((_, index) => found[index] !== undefined);
  if (shell !== undefined) return shell;
  throw new HostError('invalid', 'This container has no shell', {
    hint: 'Its image contains only the program itself. Use the logs and files instead.',
  });
}
