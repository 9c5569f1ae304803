import { compileSpecification } from './compile.ts';

/**
 * Whether a Compose file matches the published schema; `errors` says what doesn't. A bundle has the code that
 * this compiles instead of this module: see build/compose-specification.ts.
 */
export default compileSpecification().validate;
