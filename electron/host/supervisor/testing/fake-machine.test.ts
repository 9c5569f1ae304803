import { describeMachine } from './conformance.ts';
import { createFakeMachine } from './fake-machine.ts';

describeMachine(
  'fake',
  (context) => createFakeMachine(context),
  async () => ({ kernel: '', initrd: '', root: '' }),
);
