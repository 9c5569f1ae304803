import { parseLink } from '../../../../../guest-agent/grammar/link.ts';
import type { Project } from '../../../compose/file/project.ts';
import type { Warn } from '../generated.ts';
import { isKubeName } from '../kube-name.ts';

/** The other names by which containers of a project reach a service. */
export function otherNames(project: Project, key: string, warn: Warn): string[] {
  const { services } = project;
  const service = services[key];
  const links = Object.values(services)
    .flatMap((each) => each.links ?? [])
    .map(parseLink)
    .filter(({ target, alias }) => target === key && alias !== key);
  const all = [
    ...Object.values(service?.networks ?? {}).flatMap((endpoint) => endpoint?.aliases ?? []),
    ...links.map(({ alias }) => alias),
    ...(service?.container_name === undefined ? [] : [service.container_name]),
  ];
  const names = [...new Set(all)].filter((name) => !(name in services));
  const wrong = names.filter((name) => !isKubeName(name));
  if (wrong.length > 0) warn(`these names can't be names of Services: ${wrong.join(', ')}`);
  return names.filter(isKubeName);
}
