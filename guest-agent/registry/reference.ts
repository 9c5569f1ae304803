import { orInvalid } from '../errors.ts';
import * as grammar from '../grammar/reference.ts';

export {
  canonicalName,
  familiarName,
  familiarRepository,
  type Reference,
  sameRepository,
  withDefaultTag,
} from '../grammar/reference.ts';

/** Parses a client's reference. Throws EngineError 'invalid' in Docker's words. */
export const parseReference = (text: string): grammar.Reference =>
  orInvalid(() => grammar.parseReference(text));
