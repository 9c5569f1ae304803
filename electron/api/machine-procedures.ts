import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './failure.ts';
import { machineStatusSchema } from './machine.ts';

export const machineProcedures = {
  status: procedure.output(machineStatusSchema),
  /** Each change of status, beginning with the present one. */
  watch: procedure.output(eventIterator(machineStatusSchema)),
  /** Resolves once the engine answers; `watch` tells the steps meanwhile. */
  start: procedure.output(machineStatusSchema),
  stop: procedure.output(z.void()),
};
