import { once } from 'node:events';
import { awaitedElsewhere, EngineError } from '../../errors.ts';
import { settlesWithin } from '../deadline.ts';
import { startPiped } from '../process/program.ts';

/** Milliseconds for a few mounts, and for a shell to exit. */
const DEADLINE = 30_000;

export interface ViewMount {
  readonly source: string;
  /** Must exist, and must not be a link. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** A view of the VM's files with more mounts, for all that resolve paths through `root`. */
export interface MountView extends AsyncDisposable {
  /** `/proc/PID/root`. Valid until disposed of. */
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
 * Creates bind mounts in a separate mount namespace, which ends with the agent in any case. So no
 * mount remains through which a removal could delete files.
 */
export async function openMountView(mounts: readonly ViewMount[]): Promise<MountView> {
  const words = mounts.flatMap(({ source, target, readOnly }) => [
    ...[source, target, readOnly ? 'ro' : 'rw'],
  ]);
  const child = await startPiped('unshare', ['-m', 'sh', '-ec', SCRIPT, 'view', ...words]);
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
      `can't mount the container's volumes: mount did not exit within ${DEADLINE / 1000} s and was stopped`,
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
