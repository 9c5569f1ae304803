import * as z from 'zod';
import { HostError } from '../base/errors.ts';
import { runProgram } from '../base/process.ts';
import type { Credentials } from './credentials.ts';

/**
 * The protocol of docker-credential-helpers: `docker-credential-NAME get|store|erase|list`, with
 * input on stdin and the reply or an error on stdout.
 */

const replySchema = z.looseObject({ Username: z.string(), Secret: z.string() });
const listSchema = z.record(z.string(), z.string());

/** The user name that marks the secret as an identity token. */
const TOKEN_USER = '<token>';
/** A keychain may ask the user to unlock it. */
const timeoutMs = 120_000;

/**
 * Undefined if the helper has no entry. Rejects with 'missing-program' if the helper isn't
 * installed.
 */
export async function getFromHelper(
  helper: string,
  address: string,
): Promise<Credentials | undefined> {
  const { code, stdout } = await run(helper, 'get', address);
  if (code !== 0) {
    if (/credentials not found/i.test(stdout)) return undefined;
    throw failure(helper, 'get', stdout);
  }
  const { Username, Secret } = parse(helper, replySchema, stdout);
  return Username === TOKEN_USER
    ? { username: '', password: '', identityToken: Secret }
    : { username: Username, password: Secret };
}

export async function storeInHelper(
  helper: string,
  address: string,
  { username, password, identityToken }: Credentials,
): Promise<void> {
  const document = {
    ServerURL: address,
    Username: identityToken ? TOKEN_USER : username,
    Secret: identityToken ?? password,
  };
  const { code, stdout } = await run(helper, 'store', JSON.stringify(document));
  if (code !== 0) throw failure(helper, 'store', stdout);
}

/** Idempotent. */
export async function eraseFromHelper(helper: string, address: string): Promise<void> {
  const { code, stdout } = await run(helper, 'erase', address);
  if (code !== 0 && !/credentials not found/i.test(stdout)) throw failure(helper, 'erase', stdout);
}

/** The registries for which the helper has credentials. */
export async function listInHelper(helper: string): Promise<string[]> {
  const { code, stdout } = await run(helper, 'list', '');
  if (code !== 0) throw failure(helper, 'list', stdout);
  return Object.keys(parse(helper, listSchema, stdout));
}

const run = (helper: string, verb: string, input: string) =>
  runProgram(`docker-credential-${helper}`, [verb], { input, timeoutMs });

function failure(helper: string, verb: string, said: string): HostError {
  return new HostError('invalid', `docker-credential-${helper} ${verb}: ${said.trim()}`, {
    hint: "Docker's config.json selects this credential helper. Check that the helper works, or remove it there.",
  });
}

/** The reply contains a secret, so the error must not quote it. */
function parse<Schema extends z.ZodType>(
  helper: string,
  schema: Schema,
  text: string,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new HostError('invalid', `docker-credential-${helper} returned an invalid reply`);
  }
}
