import { splitTag } from '../../../../guest-agent/grammar/reference.ts';
import { reasonOf } from '../../base/errors.ts';
import { registryAuth } from '../../credentials/registry-auth.ts';
import { pushImage } from '../../engine/image-archives.ts';
import type { ServiceBuild } from '../file/build-schema.ts';
import { defaultImage, type Project } from '../file/project.ts';
import { type ComposeHost, type Report, told } from './compose-host.ts';
import { requireServices } from './require-services.ts';

/**
 * Pushes the images that services build. With `ignoreFailures`, an image that can't be pushed is a
 * warning. Rejects with the first failure.
 */
export async function pushImages(
  host: ComposeHost,
  project: Project,
  {
    services,
    ignoreFailures,
  }: {
    readonly services: ReadonlySet<string>;
    readonly ignoreFailures: boolean;
  },
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  requireServices(services, Object.keys(project.services));
  for (const [name, { build, image }] of Object.entries(project.services)) {
    if (!services.has(name)) continue;
    // A service without an image name of its own has no repository to push to.
    if (!build || image === defaultImage(project.name, name)) {
      report({ kind: 'image', name: image, state: 'done', text: 'Skipped' });
      continue;
    }
    for (const tag of [image, ...((build as ServiceBuild).tags ?? [])]) {
      try {
        await told(report, 'image', tag, ['Pushing', 'Pushed'], () => push(host, tag, signal));
      } catch (error) {
        if (!ignoreFailures || signal.aborted) throw error;
        report({ kind: 'image', name: tag, state: 'warning', text: reasonOf(error) });
      }
    }
  }
}

async function push(
  { engine, credentials }: ComposeHost,
  reference: string,
  signal: AbortSignal,
): Promise<void> {
  const { name, tag = 'latest' } = splitTag(reference);
  const auth = await registryAuth(credentials, name);
  for await (const _ of pushImage(engine, name, { tag, signal }, auth)) {
    // The progress of layers isn't shown.
  }
}
