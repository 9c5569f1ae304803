import { dirname, resolve } from 'node:path';
import type { ComposeFile } from './file-schema.ts';
import type { Loading } from './loading.ts';
import { mergeOver } from './merge.ts';
import { withBuildDefaults } from './resolve-paths.ts';
import type { Service } from './service-schema.ts';

/** Merges each service over the service that it extends, from this file or another. */
export async function extendServices(
  file: ComposeFile,
  path: string,
  loading: Loading,
): Promise<ComposeFile> {
  const services: Record<string, Service> = {};
  for (const name of Object.keys(file.services)) {
    services[name] = await extended(name, file, path, loading, []);
  }
  return { ...file, services };
}

async function extended(
  name: string,
  file: ComposeFile,
  path: string,
  loading: Loading,
  seen: readonly string[],
): Promise<Service> {
  const { extends: base, ...service } = file.services[name] ?? {};
  if (!base) return service;
  const complain = (message: string) => {
    const where = loading.locate(['services', name, 'extends']);
    loading.report({ severity: 'error', ...where, message });
    return service;
  };
  const source =
    'file' in base && base.file !== undefined ? resolve(dirname(path), base.file) : path;
  const key = `${source}\0${base.service}`;
  if (seen.includes(key)) return complain(`circular reference in "extends" of ${name}`);
  const other = source === path ? file : await loading.read(source, dirname(source));
  if (!other?.services[base.service]) {
    return complain(
      `cannot extend service "${name}" in ${path}: service "${base.service}" not found`,
    );
  }
  const own = source === path || !other ? other : withBuildDefaults(other, dirname(source));
  const parent = await extended(base.service, own, source, loading, [...seen, key]);
  // References to the original service's project aren't inherited.
  const { depends_on: _depends, links: _links, ...inherited } = parent;
  return mergeOver<Service>(source === path ? parent : inherited, service);
}
