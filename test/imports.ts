import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

export interface Import {
  readonly file: string;
  /** A path from the root of the repository, or the name of a package. */
  readonly target: string;
  readonly isFile: boolean;
  readonly typeOnly: boolean;
}

/** The TypeScript files below a directory of the repository, without tests and what serves only them. */
export function sources(directory: string): string[] {
  return allSources(directory).filter(
    (path) => !/\.test\.tsx?$|\.config\.ts$|\/testing\//.test(path),
  );
}

/** The TypeScript files below a directory of the repository. */
export function allSources(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => /\.tsx?$/.test(path));
}

/** `import … from`, `export … from`, `import '…'` and `import('…')`. */
const importPattern =
  /(?:^|\n)(?:import|export)(?<type>\s+type)?\s[^;'"]*?from\s+'(?<from>[^']+)'|(?:^|\n)import\s+'(?<effect>[^']+)'|\bimport\(\s*'(?<dynamic>[^']+)'/g;

/** What a file of the repository imports. `text`: its text, when it is not the one on disk. */
export function importsOf(
  file: string,
  text: string = readFileSync(join(root, file), 'utf8'),
): Import[] {
  return [...text.matchAll(importPattern)].map(({ groups = {} }) => {
    const specifier = groups.from ?? groups.effect ?? groups.dynamic ?? '';
    const isFile = specifier.startsWith('.');
    const target = isFile
      ? relative(root, join(root, dirname(file), specifier))
      : specifier.replace(/^((?:@[^/]+\/)?[^/]+).*$/, '$1');
    return { file, target, isFile, typeOnly: groups.type !== undefined };
  });
}
