import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import type { Define } from '../../verb.ts';

/** A verb of Docker Compose that Berth doesn't have, whatever words follow it. */
const notOffered =
  (message: string, hint: string): Define =>
  (command: Command) =>
    command
      .argument('[words...]')
      .allowUnknownOption()
      .action(() => {
        throw new HostError('invalid', message, { hint });
      });

export const defineBridge = notOffered(
  'Berth has no Compose Bridge, which runs images that transform a project',
  'To make Kubernetes manifests from a project, run `berth kube generate --compose`.',
);

export const definePublish = notOffered(
  "Berth doesn't publish Compose files to a registry",
  'To publish the images of a project, run `berth compose push`.',
);
