import * as z from 'zod';
import { EngineError } from '../errors.ts';
import { type HttpResponse, readBody } from './http/http.ts';

const MAX_ERROR_BYTES = 64 << 10;

/** distribution-spec, "Error codes". */
const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string().optional() })).min(1),
});

/**
 * The text of a registry's error, in Docker's form: `manifest unknown: ...`. Reads the answer to
 * its end.
 */
export async function errorMessage(response: HttpResponse): Promise<string> {
  try {
    const body = await readBody(response, MAX_ERROR_BYTES);
    const { errors } = errorsSchema.parse(JSON.parse(body.toString('utf8')));
    return errors
      .map(({ code, message }) => {
        const name = code.toLowerCase().replaceAll('_', ' ');
        return message === undefined ? name : `${name}: ${message}`;
      })
      .join(', ');
  } catch (error) {
    // The answer isn't in the standard format, or is empty.
    const isAnswer = error instanceof SyntaxError || error instanceof z.ZodError;
    if (!isAnswer && !(error instanceof EngineError)) throw error;
    return `HTTP ${response.status}`;
  }
}
