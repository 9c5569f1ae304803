import { StringDecoder } from 'node:string_decoder';
import type { ProgressMessage } from '../engine/images/distribution/progress.ts';
import { type BuildEvent, type Progress, shortId } from './session.ts';
import type { BuildPlan } from './stages.ts';

/** One line of the answer to `POST /build`, in the Engine API's form. */
export type BuildMessage =
  | { readonly stream: string }
  | { readonly aux: { readonly ID: string } }
  | ProgressMessage;

/** Tells of a build in the words of Docker's classic builder, and returns its result. */
export async function* classicMessages<T>(
  { globals, stages }: BuildPlan,
  progress: Progress<T>,
): AsyncGenerator<BuildMessage, T> {
  const steps = stages.map(({ instructions }) => instructions.length + 1);
  const total = globals.length + steps.reduce((sum, count) => sum + count, 0);
  let number = 0;
  let decoders = newDecoders();
  for (;;) {
    const { done, value } = await progress.next();
    if (done) return value;
    if (value.kind === 'output') {
      const text = decoders[value.stream].write(value.data);
      // Clients can only tell errors from output by their color.
      const stream = value.stream === 'stderr' ? `\u001b[91m${text}\u001b[0m` : text;
      if (text !== '') yield { stream };
      continue;
    }
    if (value.kind === 'step') {
      decoders = newDecoders();
      if (value.isTrigger) continue;
      number += 1;
      yield { stream: `Step ${number}/${total} : ${value.instruction.original}\n` };
    } else if (value.kind === 'pull') yield value.message;
    else if (value.kind === 'base') continue;
    else yield { stream: `${text(value)}\n` };
  }
}

/** The pieces of an output can end within a character. */
const newDecoders = () => ({
  stdout: new StringDecoder('utf8'),
  stderr: new StringDecoder('utf8'),
});

type Told = Exclude<BuildEvent, { kind: 'output' | 'step' | 'pull' | 'base' }>;

function text(event: Told): string {
  switch (event.kind) {
    case 'triggers':
      return `# Executing ${event.count} build trigger${event.count > 1 ? 's' : ''}`;
    case 'cached':
      return ' ---> Using cache';
    case 'image':
      return ` ---> ${event.id === undefined ? '' : shortId(event.id)}`;
    case 'container':
      return event.state === 'started'
        ? ` ---> Running in ${shortId(event.id)}`
        : ` ---> Removed intermediate container ${shortId(event.id)}`;
    case 'unused-args':
      return `[Warning] One or more build-args [${event.names.join(' ')}] were not consumed`;
  }
}
