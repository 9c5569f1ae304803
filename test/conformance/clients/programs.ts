import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Directories of the clients' commands: for `PATH`, and for `DOCKER_CONFIG`. */
export interface Programs {
  readonly path: string;
  readonly configuration: string;
}

/**
 * Commands that run the clients of a Debian root directory on this host, regardless of its release.
 * Each uses its own loader and libraries.
 */
export async function installPrograms(root: string, directory: string): Promise<Programs> {
  const path = join(directory, 'bin');
  const plugins = join(directory, 'config/cli-plugins');
  await mkdir(path, { recursive: true });
  await mkdir(plugins, { recursive: true });
  const loader = await findLoader(root);
  const command = (file: string, program: string, environment = '') =>
    writeFile(file, `#!/bin/sh\n${environment}exec ${loader} '${root}${program}' "$@"\n`, {
      mode: 0o755,
    });
  await command(join(path, 'docker'), '/usr/bin/docker');
  await command(
    join(path, 'python3'),
    '/usr/bin/python3',
    `export PYTHONHOME='${root}/usr' PYTHONDONTWRITEBYTECODE=1\n`,
  );
  for (const name of ['docker-buildx', 'docker-compose']) {
    await command(join(plugins, name), `/usr/libexec/docker/cli-plugins/${name}`);
  }
  await writeFile(join(path, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, {
    mode: 0o755,
  });
  return { path, configuration: join(directory, 'config') };
}

/** The command line that starts a program of the root directory. */
export async function findLoader(root: string): Promise<string> {
  const [triplet = ''] = (await readdir(join(root, 'usr/lib'))).filter((name) =>
    name.endsWith('-linux-gnu'),
  );
  const libraries = join(root, 'usr/lib', triplet);
  const [loader = ''] = (await readdir(libraries)).filter((name) => /^ld-linux.*\.so/.test(name));
  return `'${libraries}/${loader}' --library-path '${libraries}'`;
}
