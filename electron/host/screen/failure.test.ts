import { expect, it } from 'vitest';
import { HostError } from '../base/errors.ts';
import { refusal } from '../kube/client/explain.ts';
import { failureOf } from './failure.ts';

const context = {
  ...{ name: 'prod', namespace: 'default', server: 'https://k', cluster: 'k', user: 'me' },
  ...{ isLocal: false, isCurrent: true },
};

it('gives a hint in the words of the app, where the command line has flags', () => {
  const { data } = failureOf(refusal(context, 403, 'no', undefined));
  expect(data.hint).toBe("Ask the cluster's administrator for access, or choose another context.");
});

it('gives the same hint, where it has none', () => {
  const error = new HostError('invalid', 'no such thing', { hint: 'Choose another.' });
  expect(failureOf(error)).toEqual({
    message: 'No such thing',
    data: { code: 'invalid', hint: 'Choose another.' },
  });
});
