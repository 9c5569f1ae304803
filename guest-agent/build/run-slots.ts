import { totalmem } from 'node:os';
import { Slots } from '../runtime/process/slots.ts';

/** Few commands need more, and a VM with little memory must not start all stages of a large build. */
const MEMORY_FOR_EACH = 128 << 20;

/** How many `RUN`s run at the same time, in all builds. */
export class RunSlots extends Slots {
  constructor() {
    super(Math.max(4, Math.floor(totalmem() / MEMORY_FOR_EACH)));
  }
}
