import { describeMachine } from './conformance.ts';
import { createFakeMachine } from './fake-machine.ts';

describeMachine({
  name: 'fake',
  driver: (context) => createFakeMachine(context),
  image: async () => ({ kernel: '', initrd: '', root: '' }),
});
