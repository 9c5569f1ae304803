import { Anchor } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { RunRequest } from '../../../electron/api/run.ts';
import { explain } from '../../connection/failure.ts';
import { client } from '../../connection/screen.ts';
import { isWebPort } from '../../containers/web-port.ts';
import { pullImage } from '../../images/transfer.ts';

/**
 * Runs an image, and pulls it first if necessary. Resolves with undefined when the pull failed or
 * was cancelled: the activity panel shows why. Rejects with the engine's refusal of the request.
 */
export async function startRun(
  request: RunRequest,
  present: boolean,
): Promise<{ id: string } | undefined> {
  if (!present && !(await pullImage(request.image))) return undefined;
  const { id, warnings } = await runOrPull(request);
  for (const message of warnings) notifications.show({ color: 'yellow', message });
  await announcePorts(id, request);
  return { id };
}

/** The image may have been removed since the form was opened. */
async function runOrPull(request: RunRequest) {
  try {
    return await client.containers.run(request);
  } catch (error) {
    const { code, message } = explain(error);
    if (code !== 'not-found' || !/no such image/i.test(message)) throw error;
    if (!(await pullImage(request.image))) throw error;
    return await client.containers.run(request);
  }
}

/** Offers to open a web page, and reports ports that couldn't be opened. */
async function announcePorts(id: string, { ports: asked = [] }: RunRequest): Promise<void> {
  if (asked.length === 0) return;
  const { ports = [] } = await client.machine.status();
  const own = ports.filter(({ containerId }) => containerId === id);
  for (const { port, problem } of own) {
    if (problem === undefined) continue;
    notifications.show({ color: 'red', title: `Port ${port} isn't open`, message: problem });
  }
  // IPv4 and IPv6 addresses have the same port.
  const open = own.filter(({ protocol, problem }) => protocol === 'tcp' && problem === undefined);
  const byPort = new Map(open.map((each) => [each.port, each.containerName]));
  for (const [port, name] of byPort) {
    const target = asked.find(({ hostPort }) => hostPort === port)?.containerPort ?? port;
    if (!isWebPort(target, 'tcp')) continue;
    const address = `http://localhost:${port}`;
    notifications.show({
      autoClose: 15_000,
      title: `${name} is running`,
      message: (
        <Anchor href={address} target="_blank" rel="noreferrer" size="sm">
          Open {address}
        </Anchor>
      ),
    });
  }
}
