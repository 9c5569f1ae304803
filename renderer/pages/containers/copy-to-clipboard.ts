import { notifications } from '@mantine/notifications';
import type { Container } from '../../../electron/api/containers.ts';
import { client } from '../../connection/screen.ts';

async function copy(text: string, message: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  notifications.show({ message, autoClose: 2500 });
}

export const copyId = ({ id, name }: Container) => copy(id, `The ID of ${name} is copied`);

/** Copies a command that makes a container like this one. */
export async function copyRunCommand({ id, name }: Container): Promise<void> {
  const { runCommand } = await client.containers.inspect({ id });
  await copy(runCommand, `A docker run like ${name} is copied`);
}
