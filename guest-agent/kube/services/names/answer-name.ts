import * as packet from 'dns-packet';
import { readQuestion } from '../../../network/names/message.ts';
import { services } from '../../objects/resources.ts';
import { clusterDomain } from '../cluster-domain.ts';
import { findRecords, type NameSources, type ServiceTarget, serviceTargets } from './records.ts';
import { nameOfAddress, reversedAddress } from './reverse.ts';

/** Answers to questions about other names. */
type Upstream = (message: Buffer) => Promise<Buffer | undefined>;

/** Endpoints change, and programs keep names for as long as they may: CoreDNS' default. */
const TTL = 5;
const NO_SUCH_NAME = 3;
/** Aliases of aliases, before a loop ends as a failure. */
const MAXIMUM_ALIASES = 8;

/**
 * The answer to a DNS message about a name in the cluster's domain, or about an address of the
 * cluster. Undefined for other questions. An alias for a name elsewhere is asked from `upstream`.
 */
export async function answerName(
  message: Buffer,
  sources: NameSources,
  upstream: Upstream,
): Promise<Buffer | undefined> {
  const question = readQuestion(message);
  if (question === undefined) return undefined;
  const { name, type } = question;
  if (type === 'PTR') {
    const found = nameOfAddress(reversedAddress(name) ?? '', sources);
    if (found === undefined) return undefined;
    return reply(message, { answers: [{ type: 'PTR', name, ttl: TTL, data: found }] });
  }
  if (!isClusterName(name)) return undefined;
  return reply(message, await resolve(name, type, sources, upstream, MAXIMUM_ALIASES));
}

export function isClusterName(name: string): boolean {
  return name === clusterDomain || name.endsWith(`.${clusterDomain}`);
}

interface Reply {
  readonly answers?: packet.Answer[];
  readonly additionals?: packet.Answer[];
  /** Whether there is a name, perhaps without records of the asked type. */
  readonly exists?: boolean;
}

async function resolve(
  name: string,
  type: string,
  sources: NameSources,
  upstream: Upstream,
  aliases: number,
): Promise<Reply> {
  const records = findRecords(name, sources);
  if (records === undefined) return { exists: false };
  switch (records.kind) {
    case 'empty':
      return {};
    case 'addresses':
      return type === 'SRV' ? srvOf(name, sources) : { answers: addresses(name, type, records) };
    case 'services':
      return type === 'SRV' ? srvReply(name, records.targets) : {};
    case 'alias': {
      const { target } = records;
      const own: packet.Answer = { type: 'CNAME', name, ttl: TTL, data: target };
      const isResolved = (type === 'A' || type === 'AAAA') && aliases > 0;
      if (!isResolved) return { answers: [own] };
      const more = isClusterName(target.toLowerCase())
        ? await resolve(target.toLowerCase(), type, sources, upstream, aliases - 1)
        : await askUpstream(target, type, upstream);
      return { ...more, answers: [own, ...(more.answers ?? [])], exists: true };
    }
  }
}

async function askUpstream(name: string, type: 'A' | 'AAAA', upstream: Upstream): Promise<Reply> {
  const flags = packet.RECURSION_DESIRED;
  const message = packet.encode({ type: 'query', id: 1, flags, questions: [{ type, name }] });
  const answer = await upstream(message);
  return { answers: answer === undefined ? [] : (packet.decode(answer).answers ?? []) };
}

function addresses(
  name: string,
  type: string,
  { addresses }: { readonly addresses: readonly string[] },
): packet.Answer[] {
  if (type !== 'A' && type !== 'ANY') return [];
  return shuffled(addresses).map((data) => ({ type: 'A', name, ttl: TTL, data }));
}

/** A question for SRV records at a Service's own name asks about all of its ports. */
function srvOf(name: string, sources: NameSources): Reply {
  const [service = '', namespace = '', ...rest] = name.split('.');
  const found = sources.objects.get(services, { namespace, name: service });
  if (found === undefined || rest[0] !== 'svc') return {};
  const members = sources.endpoints.current({ namespace, name: service });
  return srvReply(name, serviceTargets(found, members));
}

function srvReply(name: string, targets: readonly ServiceTarget[]): Reply {
  return {
    answers: targets.map(({ name: target, port }) => ({
      ...{ type: 'SRV', name, ttl: TTL },
      data: { priority: 0, weight: 100, port, target },
    })),
    additionals: targets.map(({ name: target, address }) => ({
      ...{ type: 'A', name: target, ttl: TTL, data: address },
    })),
  };
}

/** Many clients use the first address only. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Without a record for the question, the zone's own says for how long that stays so. */
const authority: packet.Answer = {
  ...{ type: 'SOA', name: clusterDomain, ttl: TTL },
  data: {
    ...{ mname: `ns.dns.${clusterDomain}`, rname: `hostmaster.${clusterDomain}` },
    ...{ serial: 1, refresh: 7200, retry: 1800, expire: 86_400, minimum: TTL },
  },
};

function reply(message: Buffer, { answers = [], additionals = [], exists = true }: Reply): Buffer {
  const { id = 0, flags: asked = 0, questions = [] } = packet.decode(message);
  const [question] = questions;
  // Some clients compare the letters of the name that they asked.
  const own = answers.map((answer) =>
    question && answer.name === question.name.toLowerCase()
      ? { ...answer, name: question.name }
      : answer,
  );
  return packet.encode({
    ...{ type: 'response', id, questions, answers: own, additionals },
    authorities: answers.length === 0 ? [authority] : [],
    flags:
      packet.AUTHORITATIVE_ANSWER |
      packet.RECURSION_AVAILABLE |
      (asked & packet.RECURSION_DESIRED) |
      (exists ? 0 : NO_SUCH_NAME),
  });
}
