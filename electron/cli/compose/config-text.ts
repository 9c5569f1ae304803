import { isRecord } from '../../host/base/is-record.ts';
import { pinnedImage } from '../../host/compose/apply/pin-images.ts';
import { configDocument, configJson, sorted } from '../../host/compose/file/config-document.ts';
import { goJsonText } from '../../host/compose/file/go-json.ts';
import { goYaml } from '../../host/compose/file/go-yaml.ts';
import { asDescribed, BUILT_NAME, type Project } from '../../host/compose/file/project.ts';
import { mapValues } from '../../host/compose/file/record.ts';
import type { CliContext } from '../context.ts';
import { openComposeHost } from './compose-host.ts';
import type { ProjectOptions } from './project-flags.ts';

export interface ConfigOptions extends ProjectOptions {
  /** False with `--no-consistency`. */
  readonly consistency: boolean;
  readonly environment?: boolean;
  readonly format?: string;
  readonly hash?: string;
  readonly images?: boolean;
  /** False with `--no-interpolate`. */
  readonly interpolate: boolean;
  readonly lockImageDigests?: boolean;
  readonly models?: boolean;
  readonly networks?: boolean;
  /** False with `--no-normalize`. */
  readonly normalize: boolean;
  readonly output?: string;
  /** False with `--no-path-resolution`. */
  readonly pathResolution: boolean;
  readonly profiles?: boolean;
  readonly quiet?: boolean;
  readonly resolveImageDigests?: boolean;
  readonly services?: boolean;
  readonly variables?: boolean;
  readonly volumes?: boolean;
}

type Shown = Pick<ConfigOptions, 'format' | 'resolveImageDigests' | 'lockImageDigests'>;

/** The project as a Compose file. */
export async function configText(
  context: CliContext,
  project: Project,
  { format, resolveImageDigests, lockImageDigests }: Shown,
): Promise<string> {
  if (!resolveImageDigests && !lockImageDigests) return documentText(project, format);
  const pin = await pinning(context);
  const services: Record<string, Project['services'][string]> = {};
  for (const [name, service] of Object.entries(project.services)) {
    services[name] = service[BUILT_NAME]
      ? service
      : { ...service, image: await pin(service.image) };
  }
  if (!lockImageDigests) return documentText({ ...project, services }, format);
  const locked = imagesOnly(mapValues(services, asDescribed));
  // Docker's model has a command and an entrypoint in JSON even if neither is set.
  const unset = { command: null, entrypoint: null };
  return format === 'json'
    ? goJsonText({ name: '', services: mapValues(locked, (service) => ({ ...unset, ...service })) })
    : goYaml({ services: locked });
}

const documentText = (project: Project, format: string | undefined): string =>
  format === 'json' ? configJson(project) : goYaml(configDocument(project));

/** A model that still has its variables, as a Compose file. */
export async function modelText(
  context: CliContext,
  model: Readonly<Record<string, unknown>>,
  { format, resolveImageDigests, lockImageDigests }: Shown,
): Promise<string> {
  let services = isRecord(model.services) ? model.services : {};
  if (resolveImageDigests || lockImageDigests) {
    const pin = await pinning(context);
    const pinned: Record<string, unknown> = {};
    for (const [name, service] of Object.entries(services)) {
      const image = isRecord(service) ? service.image : undefined;
      pinned[name] =
        isRecord(service) && typeof image === 'string'
          ? { ...service, image: await pin(image) }
          : service;
    }
    services = pinned;
  }
  const shown = lockImageDigests ? { services: imagesOnly(services) } : { ...model, services };
  return format === 'json' ? goJsonText(sorted(shown)) : goYaml(sorted(shown));
}

const imagesOnly = (services: Readonly<Record<string, unknown>>) =>
  mapValues(services, (service) =>
    isRecord(service) && service.image !== undefined ? { image: service.image } : {},
  );

async function pinning(context: CliContext): Promise<(image: string) => Promise<string>> {
  const host = await openComposeHost(context);
  return (image) => pinnedImage(host, image);
}
