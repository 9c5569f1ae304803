import { X509Certificate } from 'node:crypto';
import { HostError, reasonOf } from '../../base/errors.ts';
import { codeOf } from '../../base/system-error.ts';
import type { KubeContext } from '../contexts/contexts.ts';
import { KubeApiError, type KubeStatus } from './api-error.ts';

const ASK_FOR_ACCESS = "Ask the cluster's administrator for access, or choose another context";

/** The error for a refusal, in plain words, with what to do about it. */
export function refusal(
  context: KubeContext,
  code: number,
  text: string,
  status: KubeStatus | undefined,
  clientCertificate?: string | Buffer,
): KubeApiError {
  const { name } = context;
  const raw = status?.message || text.trim() || `HTTP status ${code}`;
  const known = {
    reason: status?.reason ?? '',
    causes: status?.details?.causes ?? [],
  };
  switch (code) {
    case 401: {
      const expired = expiry(clientCertificate);
      return new KubeApiError(
        code,
        `the cluster of context "${name}" doesn't accept your sign-in`,
        {
          ...known,
          hint:
            expired === undefined
              ? 'The token or certificate in your kubeconfig may have expired. Sign in again, then try again.'
              : `The client certificate in your kubeconfig expired on ${expired}. Get a new one from the cluster's administrator.`,
        },
      );
    }
    case 403:
      return new KubeApiError(code, forbidden(raw, name), {
        ...known,
        hint: `${ASK_FOR_ACCESS} with --context.`,
        appHint: `${ASK_FOR_ACCESS}.`,
      });
    case 404:
      return new KubeApiError(code, missing(raw, context), known);
    case 409: {
      const owners = fieldOwners(known.causes);
      if (owners.length === 0) return new KubeApiError(code, raw, known);
      return new KubeApiError(code, ['other programs own these fields:', ...owners].join('\n'), {
        ...known,
        hint: 'To take the fields over, use --force-conflicts. Otherwise, remove them from the file.',
        appHint:
          'To take the fields over, look at the changes again, and select “Take the fields over”.',
      });
    }
    case 410:
      return new KubeApiError(code, `the cluster no longer has this version of the list: ${raw}`, {
        ...known,
        hint: 'Try again.',
      });
    case 429:
      return new KubeApiError(code, `the cluster of context "${name}" is too busy: ${raw}`, {
        ...known,
        hint: 'Try again in a few minutes.',
      });
    default:
      return new KubeApiError(code, raw, known);
  }
}

/** The error for a request that got no answer. */
export function notReached(context: KubeContext, cause: unknown): HostError {
  const { name, server, isLocal } = context;
  if (cause instanceof HostError) return cause;
  if (isLocal) {
    return new HostError('connection', "the Kubernetes API of Berth's engine doesn't answer", {
      hint: 'Run `berth machine status` to check the VM.',
      appHint: 'Check the VM on the Machine page.',
      cause,
    });
  }
  const [message, hint] = unreachable(cause, `${server} (context "${name}")`);
  return new HostError('connection', message, { hint, cause });
}

const CHECK_ADDRESS = 'Check that the cluster runs, and that you are in its network (VPN).';

function unreachable(cause: unknown, where: string): readonly [string, string] {
  const code = codeOf(firstOf(cause)) ?? '';
  switch (code) {
    case 'ECONNREFUSED':
      return [`nothing listens at ${where}`, CHECK_ADDRESS];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [`the host name of ${where} is unknown`, CHECK_ADDRESS];
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return [`${where} can't be reached`, CHECK_ADDRESS];
    case 'CERT_HAS_EXPIRED':
      return [
        `the certificate of ${where} has expired`,
        "The cluster's administrator must renew it.",
      ];
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED':
    case 'ERR_SSL_TLSV1_ALERT_CERTIFICATE_EXPIRED':
      return [
        `your client certificate for ${where} has expired`,
        "Get a new one from the cluster's administrator.",
      ];
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return [
        `the certificate of ${where} isn't trusted`,
        'Add the authority that signed it to the cluster in your kubeconfig (certificate-authority).',
      ];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        `the certificate of ${where} is for another host name`,
        'Check the address of the cluster in your kubeconfig.',
      ];
    default:
      return [`${where} doesn't answer: ${reasonOf(firstOf(cause))}`, CHECK_ADDRESS];
  }
}

/** Node tries several addresses and collects their errors. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}

/** `User "jane" cannot create resource "pods" in API group "" in the namespace "shop"`. */
function forbidden(raw: string, context: string): string {
  const [, user, verb, resource, group, rest = ''] =
    /User "([^"]*)" cannot (\S+) resource "([^"]*)" in API group "([^"]*)"(.*)$/s.exec(raw) ?? [];
  if (user === undefined) return raw;
  const kind = group ? `${resource}.${group}` : resource;
  const [, namespace] = /in the namespace "([^"]*)"/.exec(rest) ?? [];
  const where = namespace === undefined ? 'in the whole cluster' : `in namespace "${namespace}"`;
  return `user "${user}" isn't allowed to ${verb} ${kind} ${where} (context "${context}")`;
}

/** `deployments.apps "web" not found`. */
function missing(raw: string, { name, isLocal }: KubeContext): string {
  const [, resource, object] = /^(\S+) "([^"]*)" not found$/.exec(raw) ?? [];
  if (object === undefined) return raw;
  return `${resource} "${object}" doesn't exist${isLocal ? '' : ` in context "${name}"`}`;
}

function fieldOwners(causes: KubeApiError['causes']): string[] {
  return causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ field, message }) => {
      const [, owner] = /conflict with "([^"]*)"/.exec(message) ?? [];
      return `  ${field}: ${owner ?? message}`;
    });
}

/** The day when a certificate expired; undefined if it is valid or unreadable. */
function expiry(certificate: string | Buffer | undefined): string | undefined {
  if (certificate === undefined) return undefined;
  try {
    const { validTo } = new X509Certificate(certificate);
    const end = new Date(validTo);
    return end.getTime() < Date.now() ? end.toISOString().slice(0, 10) : undefined;
  } catch (error) {
    // Only the hint gets less exact.
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}
