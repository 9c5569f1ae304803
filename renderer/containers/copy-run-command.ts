import type { Container } from '../../electron/api/containers.ts';
import { copyText } from '../components/copy-text.ts';
import { client } from '../connection/screen.ts';

/** Copies a command that creates a container like this one. */
export async function copyRunCommand({ id, name }: Container): Promise<void> {
  const { runCommand } = await client.containers.inspect({ id });
  await copyText(runCommand, `The docker run command for ${name} was copied`);
}
