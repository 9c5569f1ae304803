import { expect, it, vi } from 'vitest';
import { cancelActivity, currentActivities, dismissActivity, startActivity } from './activity.ts';

it('shows the progress, then the outcome', async () => {
  vi.useFakeTimers();
  const steps: unknown[] = [];
  const result = await startActivity({
    title: 'Pulling',
    done: (size: number) => `${size} bytes are here`,
    run: async (_signal, report) => {
      report({ text: 'half', fraction: 0.5 });
      steps.push(currentActivities()[0]);
      return 7;
    },
  });
  expect(result).toBe(7);
  expect(steps).toMatchObject([{ state: 'running', progress: { text: 'half', fraction: 0.5 } }]);
  expect(currentActivities()).toMatchObject([{ title: '7 bytes are here', state: 'done' }]);
  vi.advanceTimersByTime(10_000);
  expect(currentActivities()).toEqual([]);
  vi.useRealTimers();
});

it('keeps a failure until it is dismissed', async () => {
  const run = () => Promise.reject(new Error('no'));
  expect(await startActivity({ title: 'Pushing', done: String, run })).toBeUndefined();
  const [failed] = currentActivities();
  expect(failed).toMatchObject({ title: 'Pushing', state: 'failed' });
  dismissActivity(failed?.id ?? 0);
  expect(currentActivities()).toEqual([]);
});

it('starts a failed task again, in place of its failure', async () => {
  let tries = 0;
  const run = async () => {
    tries += 1;
    if (tries === 1) throw new Error('no');
    return 'here';
  };
  await startActivity({ title: 'Pulling', done: String, run });
  currentActivities()[0]?.retry?.();
  await vi.waitFor(() => expect(currentActivities()).toMatchObject([{ title: 'here' }]));
  expect(currentActivities()).toHaveLength(1);
  dismissActivity(currentActivities()[0]?.id ?? 0);
});

it('forgets a cancelled task', async () => {
  const work = startActivity({
    title: 'Building',
    done: String,
    run: (signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal))),
  });
  cancelActivity(currentActivities()[0]?.id ?? 0);
  expect(await work).toBeUndefined();
  expect(currentActivities()).toEqual([]);
});
