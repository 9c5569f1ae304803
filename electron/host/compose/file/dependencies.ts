import type { ProjectService } from './project.ts';

type Services = Readonly<Record<string, Pick<ProjectService, 'depends_on'>>>;

/** The services that a service waits for, without those outside of the project. */
export const dependenciesOf = (services: Services, name: string): string[] =>
  Object.keys(services[name]?.depends_on ?? {}).filter((other) => other in services);

/** The names of the services, each after those that it waits for. */
export function inDependencyOrder(services: Services): string[] {
  const ordered = new Set<string>();
  const add = (name: string) => {
    if (ordered.has(name)) return;
    for (const other of dependenciesOf(services, name)) add(other);
    ordered.add(name);
  };
  for (const name of Object.keys(services).sort()) add(name);
  return [...ordered];
}

/** A cycle of services that wait for each other; the first name is repeated at the end. */
export function dependencyCycle(services: Services): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] | undefined => {
    const start = path.indexOf(name);
    if (start >= 0) return [...path.slice(start), name];
    if (done.has(name)) return undefined;
    for (const other of dependenciesOf(services, name)) {
      const cycle = visit(other, [...path, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(services)) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The named services, or all, and unless `noDeps` their dependencies. */
export function selectedServices(
  services: Services,
  names: readonly string[],
  { noDeps = false }: { readonly noDeps?: boolean | undefined },
): Set<string> {
  return noDeps && names.length > 0 ? new Set(names) : withDependencies(services, names);
}

/** The named services (all by default) and their dependencies. */
export function withDependencies(services: Services, names: readonly string[]): Set<string> {
  const wanted = new Set<string>();
  const add = (name: string) => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const other of dependenciesOf(services, name)) add(other);
  };
  for (const name of names.length > 0 ? names : Object.keys(services)) add(name);
  return wanted;
}

/** The named services, and those that restart with them: `depends_on` with `restart: true`. */
export function withRestarted(services: Services, names: readonly string[]): string[] {
  const restarted = new Set(names);
  // A service that is added can have services that depend on it.
  for (const name of restarted) {
    for (const [other, { depends_on: dependencies }] of Object.entries(services)) {
      if (dependencies?.[name]?.restart) restarted.add(other);
    }
  }
  return [...restarted];
}
