import * as z from 'zod';
import { command } from './command-schema.ts';
import { boolean, environment, spec, text } from './units.ts';

const shape = {
  command: command.default(null),
  user: text.optional(),
  privileged: boolean.optional(),
  working_dir: text.optional(),
  environment: environment.optional(),
};

/** A command that runs in a container after it has started, or before it is stopped. */
export const hook = spec({ ...shape, command: command.pipe(z.array(z.string())) });
export type Hook = z.output<typeof hook>;

/** The command of a watched path. Docker's model always has it, also if it's empty. */
export const watchExec = spec(shape).default({ command: null });
