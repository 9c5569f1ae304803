import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { awaitedElsewhere, EngineError } from '../../errors.ts';
import { settlesWithin } from '../deadline.ts';

/** Milliseconds for a few mounts, and for a shell to end. */
const DEADLINE = 30_000;

export interface ViewMount {
  readonly source: string;
  /** Exists already, and is what it should be: no link. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** What the machine's files look like with a few more mounts, to whoever goes in through `root`. */
export interface MountView extends AsyncDisposable {
  /** `/proc/PID/root`; good until disposed of. */
  readonly root: string;
}

const SCRIPT = `
mount --make-rprivate /
while [ $# -gt 0 ]; do
  mount -o bind "$1" "$2"
  [ "$3" = rw ] || mount -o remount,bind,ro "$2"
  shift 3
done
echo ready
exec cat
`;

/**
 * Binds directories in a mount namespace of their own. It ends with us however we end, so that no
 * mount is ever left where the machine's own removals could go through it.
 */
export async function openMountView(mounts: readonly ViewMount[]): Promise<MountView> {
  const words = mounts.flatMap(({ source, target, readOnly }) => [
    ...[source, target, readOnly ? 'ro' : 'rw'],
  ]);
  const child = spawn('unshare', ['-m', 'sh', '-ec', SCRIPT, 'view', ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close');
  exited.catch(awaitedElsewhere);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ready = once(child.stdout, 'data').then(() => true);
  const isReady = Promise.race([ready, exited.then(() => false)]);
  if (!(await settlesWithin(isReady, DEADLINE))) {
    child.kill('SIGKILL');
    throw new EngineError(
      'internal',
      `can't mount the container's volumes: mount did not end within ${DEADLINE / 1000} s and was stopped`,
    );
  }
  if (!(await isReady)) {
    throw new EngineError('internal', `can't mount the container's volumes: ${said.trim()}`);
  }
  return {
    root: `/proc/${child.pid}/root`,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      if (!(await settlesWithin(exited, DEADLINE))) child.kill('SIGKILL');
    },
  };
}
