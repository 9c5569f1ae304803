import { KubeError } from '../../kube-error.ts';
import { isTrue } from '../verbs/read.ts';

/** What `exec` and `attach` want of a container's program. */
export interface ExecParameters {
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Throws KubeError 'BadRequest'. */
export function execParameters(query: URLSearchParams, isExec: boolean): ExecParameters {
  const flag = (name: string) => query.has(name) && isTrue(query.get(name));
  const container = query.get('container');
  const tty = flag('tty');
  const parameters = {
    ...(container ? { container } : {}),
    command: query.getAll('command'),
    ...{ stdin: flag('stdin'), stdout: flag('stdout'), stderr: flag('stderr') && !tty, tty },
  };
  if (isExec && parameters.command.length === 0) {
    throw new KubeError('BadRequest', 'you must specify at least one command for the container');
  }
  if (!parameters.stdin && !parameters.stdout && !parameters.stderr) {
    throw new KubeError('BadRequest', 'you must specify at least one of stdin, stdout, stderr');
  }
  return parameters;
}
