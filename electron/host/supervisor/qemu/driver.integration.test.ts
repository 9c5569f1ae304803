import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { describeMachine } from '../testing/conformance.ts';
import { writeStubImage } from '../testing/stub-image.ts';
import { createQemuMachine } from './driver.ts';

// Needs QEMU, but no guest image. The stub kernel is for amd64.
describeMachine({
  name: 'qemu',
  driver: createQemuMachine,
  image: async () => writeStubImage(await temporaryDirectory()),
});
