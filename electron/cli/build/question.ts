import * as z from 'zod';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { HostError } from '../../host/base/errors.ts';

/** A question about a Dockerfile, instead of a build. */
export interface Question {
  /** As the frontend calls it. */
  readonly request: string;
  readonly asJson: boolean;
}

const REQUESTS: Readonly<Record<string, string>> = {
  check: 'frontend.lint',
  lint: 'frontend.lint',
  outline: 'frontend.outline',
  targets: 'frontend.targets',
};

/** Reads `--call METHOD[,format=json]`. Undefined for a build. Throws HostError 'invalid'. */
export function parseQuestion(flag: string | undefined): Question | undefined {
  if (flag === undefined || flag === '' || flag === 'build') return undefined;
  const [method = '', ...options] = flag.split(',');
  const fields = new Map(options.map((each) => splitEntry(each)));
  const format = fields.get('format');
  if (format !== undefined && format !== 'json' && format !== 'text') {
    throw new HostError('invalid', `invalid format "${format}", expected "json" or "text"`);
  }
  const request = REQUESTS[method] ?? (method.includes('.') ? method : undefined);
  if (request === undefined) {
    throw new HostError('invalid', `unknown method "${method}" for --call`, {
      hint: 'Use build, check, outline or targets.',
    });
  }
  return { request, asJson: format === 'json' };
}

/** What to print for the frontend's answer, and the exit code. */
export function answerOf(
  { request, asJson }: Question,
  metadata: Readonly<Record<string, Uint8Array>>,
): { readonly text: string; readonly exitCode: number } {
  const value = (name: string) => Buffer.from(metadata[name] ?? '').toString();
  const exitCode = Number(value('result.statuscode')) || 0;
  const body = asJson ? value('result.json') : value('result.txt');
  const ended = body === '' || body.endsWith('\n') ? body : `${body}\n`;
  if (request !== 'frontend.lint' || asJson) return { text: ended, exitCode };
  const failure = failureIn(value('result.json'));
  if (failure !== undefined) return { text: `${ended}error: ${failure}\n`, exitCode };
  const count = (body.match(/^WARNING: /gm) ?? []).length;
  const summary =
    count === 0
      ? 'no warnings found.'
      : count === 1
        ? '1 warning has been found!'
        : `${count} warnings have been found!`;
  return { text: `Check complete, ${summary}\n${ended}`, exitCode };
}

const checkedSchema = z.looseObject({
  buildError: z.looseObject({ message: z.string() }).optional(),
});

/** Why a Dockerfile can't be checked to its end. */
function failureIn(json: string): string | undefined {
  return json === '' ? undefined : checkedSchema.parse(JSON.parse(json)).buildError?.message;
}
