import { HostError } from '../../host/base/errors.ts';
import type { KubeTarget } from '../../host/kube/apply/target.ts';
import type { CliContext } from '../context.ts';
import { confirmed } from '../prompt/confirm.ts';

export interface Asked {
  /** What would happen, as in "this would WHAT". */
  readonly what: string;
  readonly question: string;
  /** `--yes`: the answer is known. */
  readonly yes: boolean;
}

/** Asks before a change. Throws HostError 'cancelled' after a no, and 'invalid' without a terminal. */
export async function askFor(context: CliContext, { what, question, yes }: Asked): Promise<void> {
  if (yes) return;
  if (!context.stdin.isTTY) {
    throw new HostError('invalid', `this would ${what}, which you must confirm`, {
      hint: 'Run the command in a terminal, or use --yes.',
    });
  }
  if (await confirmed(context, `${question} [y/N] `)) return;
  throw new HostError('cancelled', 'cancelled; nothing was changed');
}

/**
 * Asks before a change of a cluster, except for Berth's own: commands that use it unless another one is
 * named don't surprise anybody there.
 */
export async function askUnlessLocal(
  context: CliContext,
  { client }: Pick<KubeTarget, 'client'>,
  { yes, ...asked }: Asked,
): Promise<void> {
  await askFor(context, { ...asked, yes: yes || client.context.isLocal });
}
