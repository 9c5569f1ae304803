import { createContainer, startContainer } from '../../electron/host/engine/containers.ts';
import { pullImage } from '../../electron/host/engine/images.ts';
import type { Host } from '../../electron/host/host.ts';

interface Script {
  readonly name: string;
  readonly script: string;
  /** As `-v` has it: `data:/data`. */
  readonly binds?: string[];
  /** Starts again with the VM. */
  readonly comesBack?: boolean;
  /** A user may type to it. */
  readonly terminal?: boolean;
}

/** Runs a shell script in a busybox container in the background. Returns the container's ID. */
export async function runScript({ engine }: Host, options: Script): Promise<string> {
  const { name, script, binds, comesBack, terminal } = options;
  // Berth includes this image. The engine adds it to its images on the first request.
  for await (const _ of pullImage(engine, 'busybox'));
  const { Id } = await createContainer(
    engine,
    {
      ...{ Image: 'busybox', Cmd: ['sh', '-c', script] },
      ...(terminal && { Tty: true, OpenStdin: true }),
      HostConfig: {
        ...(binds && { Binds: binds }),
        ...(comesBack && { RestartPolicy: { Name: 'always' } }),
      },
    },
    { name },
  );
  await startContainer(engine, Id);
  return Id;
}
