import { notifications } from '@mantine/notifications';
import type { Container } from '../../electron/api/containers.ts';
import { copyText } from '../components/copy-text.ts';
import { client } from '../connection/screen.ts';

/** Copies a command that creates a container like this one. */
export async function copyRunCommand({ id, name }: Container): Promise<void> {
  const { runCommand } = await client.containers.inspect({ id });
  if (runCommand === undefined) {
    const title = `Berth can't build a docker run command for ${name}`;
    const message = "See the container's Inspect tab for its settings.";
    notifications.show({ color: 'red', title, message, autoClose: 12_000 });
    return;
  }
  await copyText(runCommand, `The docker run command for ${name} was copied`);
}
