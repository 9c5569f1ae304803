import { runProgram } from '../run-program.ts';

/** Where Debian's packages come from: base URIs of the archives. */
export interface Mirrors {
  readonly main: string;
  /** Security updates; undefined when this machine's apt knows none. */
  readonly security: string | undefined;
}

/**
 * The archives that this machine's own apt uses, or `BERTH_DEBIAN_MIRROR` (the main archive, which
 * then is the only one).
 */
export async function findMirrors(env: NodeJS.ProcessEnv): Promise<Mirrors> {
  if (env.BERTH_DEBIAN_MIRROR) return { main: env.BERTH_DEBIAN_MIRROR, security: undefined };
  const format = '$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)';
  const targets = ['indextargets', '--format', format, 'Created-By: Packages'];
  return chooseMirrors((await runProgram('apt-get', targets)).toString());
}

/** Picks from lines of `origin|codename|component|URI`, as `apt-get indextargets` prints them. */
export function chooseMirrors(targets: string): Mirrors {
  const archives = targets
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([origin, , component]) => origin === 'Debian' && component === 'main')
    .map(([, codename = '', , uri = '']) => ({ codename, uri }));
  const main = archives.find((a) => /^[a-z]+$/.test(a.codename));
  const security = archives.find((a) => a.codename.endsWith('-security'));
  if (!main) {
    throw new Error(
      'this machine’s apt names no Debian archive; run apt-get update, or set BERTH_DEBIAN_MIRROR to the URI of one',
    );
  }
  return { main: main.uri, security: security?.uri };
}
