import type { Renewal } from '../../electron/api/containers.ts';
import type { Progress } from '../activity/activity.ts';

const STEPS = {
  create: 'Creating the new container',
  replace: 'Replacing the old container',
} as const;

/** Reports the steps of a container's replacement, and returns how it ended. */
export async function followRenewal(
  steps: AsyncIterable<Renewal>,
  report: (progress: Progress) => void,
): Promise<Extract<Renewal, { step: 'done' }>> {
  for await (const event of steps) {
    if (event.step === 'done') return event;
    report(progressOf(event));
  }
  throw new Error('The update ended early.');
}

function progressOf(event: Exclude<Renewal, { step: 'done' }>): Progress {
  if (event.step !== 'pull') return { text: STEPS[event.step] };
  const { text, fraction } = event;
  return { text, ...(fraction === undefined ? {} : { fraction }) };
}
