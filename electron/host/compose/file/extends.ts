import { dirname, resolve } from 'node:path';
import type { ComposeFile } from './file-schema.ts';
import type { Loading, ReadFile } from './loading.ts';
import { withoutPaths } from './merge.ts';
import type { Service } from './service-schema.ts';

interface Extending extends Loading {
  /** Reads a file whose relative paths and builds begin at the directory. */
  readonly read: (file: string, directory: string) => Promise<ReadFile | undefined>;
}

/** A file, and the folder where the names of files in `extends` begin. */
interface Origin extends ReadFile {
  readonly path: string;
  readonly directory: string;
}

/** Merges each service over the service that it extends, from this file or another. */
export async function extendServices(
  read: ReadFile,
  path: string,
  directory: string,
  loading: Extending,
): Promise<ComposeFile> {
  const services: Record<string, Service> = {};
  const origin = { ...read, path, directory };
  for (const name of Object.keys(read.file.services)) {
    services[name] = await extended(name, origin, loading, []);
  }
  return { ...read.file, services };
}

async function extended(
  name: string,
  origin: Origin,
  loading: Extending,
  seen: readonly string[],
): Promise<Service> {
  const { path } = origin;
  const { extends: base, ...service } = origin.file.services[name] ?? {};
  if (!base) return service;
  const complain = (message: string) => {
    const where = loading.locate(['services', name, 'extends']);
    loading.report({ severity: 'error', ...where, message });
    return service;
  };
  const other = 'file' in base && base.file !== undefined ? base.file : undefined;
  const source = other === undefined ? path : resolve(origin.directory, other);
  const key = `${source}\0${base.service}`;
  if (seen.includes(key)) return complain(`circular reference in "extends" of ${name}`);
  const parent = other === undefined ? origin : await open(source, loading);
  if (!parent?.file.services[base.service]) {
    const where = other === undefined ? '' : ` in ${other}`;
    return complain(
      `cannot extend service "${name}" in ${path}: service "${base.service}" not found${where}`,
    );
  }
  const inherited = await extended(base.service, parent, loading, [...seen, key]);
  const { services } = withoutPaths({ services: { [name]: inherited } }, origin.replaced);
  return loading.form.merge.services<Service>(services[name] ?? {}, service);
}

async function open(path: string, loading: Extending): Promise<Origin | undefined> {
  const directory = dirname(path);
  const read = await loading.read(path, directory);
  return read && { ...read, path, directory };
}
