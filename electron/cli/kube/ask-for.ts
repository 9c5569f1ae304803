import { HostError } from '../../host/base/errors.ts';
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
    throw new HostError(
      'invalid',
      `this would ${what}, and there is no terminal to confirm it on`,
      {
        hint: 'To confirm it in advance, use --yes.',
      },
    );
  }
  if (await confirmed(context, `${question} [y/N] `)) return;
  throw new HostError('cancelled', 'cancelled; nothing was changed');
}
