import { parseError } from '../../build/dockerfile/parse.ts';
import { isReference, parseReference } from '../../grammar/reference.ts';

/** Docker's own frontends, whose language Berth's builder reads itself. */
const OWN = new Set(['docker/dockerfile', 'docker/dockerfile-upstream']);

/**
 * Checks a Dockerfile's `# syntax=` line. Throws DockerfileError for a frontend that Berth doesn't
 * have: frontends are programs that only BuildKit can run.
 */
export function checkSyntaxLine(text: string): void {
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const [, name, written = ''] = /^(?:#|\/\/)\s*([a-z][a-z0-9]*)\s*=(.+)$/i.exec(line) ?? [];
    // A regular expression would try each of its blanks as the last.
    const value = written.trim();
    if (name === undefined || value === '') return;
    if (name.toLowerCase() !== 'syntax') continue;
    if (!isOwnFrontend(value)) {
      throw parseError(
        index + 1,
        `Berth can't run the frontend ${value}. It reads Dockerfiles without a syntax line, or with docker/dockerfile`,
      );
    }
  }
}

/** Whether Berth's builder stands for a frontend. */
export function isOwnFrontend(value: string): boolean {
  const name = value.split(/\s/, 1)[0] ?? '';
  if (!isReference(name)) return false;
  const { domain, path } = parseReference(name);
  return domain === 'docker.io' && OWN.has(path);
}
