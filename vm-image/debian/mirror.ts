import { runProgram } from '../run-program.ts';

/** Base URIs of the archives with Debian's packages. */
export interface Mirrors {
  readonly main: string;
  /** Security updates; undefined if the host's apt doesn't have any. */
  readonly security: string | undefined;
}

/**
 * The archives that the host's apt uses, or `BERTH_DEBIAN_MIRROR` as the main and only archive.
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
      'the host’s apt doesn’t list a Debian archive. Run apt-get update, or set BERTH_DEBIAN_MIRROR to the URI of an archive.',
    );
  }
  return { main: main.uri, security: security?.uri };
}
