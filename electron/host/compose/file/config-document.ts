import { goJson, isLeftOut } from './go-json.ts';
import { asDescribed, type Project, type ProjectService } from './project.ts';
import { EXTENSIONS, type Extensions, mapValues, sortedRecord } from './record.ts';

/** The resources of a project in the order of `docker compose config`. */
const RESOURCES = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'] as const;

/** A project as `docker compose config` prints it as YAML: with its `x-` keys, without what isn't set. */
export function configDocument(project: Project): Record<string, unknown> {
  const services = mapValues(project.services, shownService);
  const document: Record<string, unknown> = { name: project.name };
  for (const kind of RESOURCES) {
    const entries: Readonly<Record<string, unknown>> =
      kind === 'services' ? services : project[kind];
    // Docker shows services even if there are none.
    if (kind === 'services' || Object.keys(entries).length > 0) {
      document[kind] = mapValues(entries, printed);
    }
  }
  return { ...document, ...(sorted(project.extensions) as Extensions) };
}

/** The same as the JSON of `docker compose config`, in which commands that aren't set are null. */
export function configJson(project: Project): string {
  const { name, networks, volumes, secrets, configs, extensions } = project;
  const services = mapValues(project.services, shownService);
  const filled = Object.entries({ configs, name, networks, secrets, services, volumes }).filter(
    ([key, value]) =>
      typeof value === 'string' || key === 'services' || Object.keys(value).length > 0,
  );
  return goJson({ ...Object.fromEntries(filled), ...(sorted(extensions) as Extensions) }, 2);
}

/** Docker shows no empty settings for an anonymous volume, though they are part of its hash. */
function shownService(service: ProjectService): object {
  const described = asDescribed(service);
  const volumes = described.volumes?.map(({ volume, ...mount }) =>
    mount.source === undefined && isEmpty(volume ?? null) ? mount : { ...mount, volume },
  );
  return { ...described, ...(volumes && { volumes }) };
}

/** Parts of Docker's model that JSON has even if they are empty. */
const OMITTED = new Set(['command', 'entrypoint', 'ipam', 'placement', 'resources', 'exec']);

function printed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(printed);
  if (typeof value !== 'object' || value === null) return value;
  const { [EXTENSIONS]: extensions } = value as { [EXTENSIONS]?: Extensions };
  const own = Object.entries(value)
    .map(([key, item]) => [key, printed(item)] as const)
    .filter(([key, item]) => !isLeftOut(key, item) && !(OMITTED.has(key) && isEmpty(item)));
  return { ...Object.fromEntries(own), ...(sorted(extensions) as Extensions | undefined) };
}

/** With the keys of all maps in alphabetical order, as Go prints values of unknown types. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return sortedRecord(Object.entries(value).map(([key, item]) => [key, sorted(item)] as const));
}

const isEmpty = (value: unknown) =>
  value === null ||
  (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0);
