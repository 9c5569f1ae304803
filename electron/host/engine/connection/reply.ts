import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import { parseJson } from '../../base/parse-json.ts';

const apiErrorSchema = z.looseObject({ message: z.string() });

/** Validates a reply of the engine. Rejects with HostError 'engine' if it doesn't match. */
export function parseReply<Schema extends z.ZodType>(
  schema: Schema,
  reply: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  throw new HostError(
    'engine',
    `the engine's reply has an unexpected format: ${z.prettifyError(parsed.error)}`,
    { cause: parsed.error },
  );
}

/** A string that the engine sends as null, or omits, when it is empty. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** A number that the engine sends as null, or omits, when it is zero. */
export const number = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

/** A boolean that the engine sends as null, or omits, when it is false. */
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** An array that the engine sends as null, or omits, when it is empty. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

/** A map that the engine sends as null, or omits, when it is empty. */
export const mapOf = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value)
    .nullish()
    .transform((entries) => entries ?? {});

/** The whole body as text. */
export async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

/** The error for a reply with a status of 400 or more. */
export async function errorOf(response: IncomingMessage): Promise<HostError> {
  const status = response.statusCode ?? 0;
  const text = (await readText(response)).trim();
  return new HostError('engine', messageIn(text) ?? `the engine answered with status ${status}`, {
    status,
  });
}

function messageIn(text: string): string | undefined {
  if (text === '') return undefined;
  const parsed = apiErrorSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data.message : text;
}
