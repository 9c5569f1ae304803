import { type Check, fail, ok } from '../check.ts';

/** Whether the VM runs or was stopped on purpose. */
export const lastStart: Check = {
  name: 'machine',
  async run({ status }) {
    const { failure } = status;
    if (failure) return fail(failure.message, failure.hint ?? 'Start the VM again.');
    return ok(status.state);
  },
};
