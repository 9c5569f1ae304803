import { lookup, Resolver } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import type { Answer } from 'dns-packet';
import { codeOf } from '../../base/system-error.ts';

/** The answer for one name and type. `rcode` as in RFC 1035, section 4.1.1. */
export interface Resolution {
  readonly rcode: number;
  readonly answers: readonly Answer[];
  /** How long the answer may be cached, in seconds. */
  readonly ttl: number;
}

/** The sources of answers, all from the host. */
export interface NameSources {
  /** The system's resolver, which includes /etc/hosts, mDNS, VPN and split DNS. */
  readonly addresses: (name: string) => Promise<readonly string[]>;
  /** The system's DNS servers, for records other than addresses. */
  readonly records: (name: string, type: RecordType) => Promise<readonly Data[]>;
}

type Data = Extract<Answer, { data: unknown }>['data'];
type RecordType = 'CAA' | 'CNAME' | 'MX' | 'NAPTR' | 'NS' | 'PTR' | 'SOA' | 'SRV' | 'TXT';

const NO_ERROR = 0;
const SERVER_FAILURE = 2;
const NAME_ERROR = 3;

/** The system's resolver caches its answers itself and doesn't report their lifetime. */
const addressTtl = 10;
const recordTtl = 30;
const negativeTtl = 3;
const failure: Resolution = { rcode: SERVER_FAILURE, answers: [], ttl: 0 };

/** Answers a question as the host would answer its own programs. Never rejects. */
export async function resolveName(
  name: string,
  type: string,
  sources: NameSources = systemSources,
): Promise<Resolution> {
  if (type === 'A' || type === 'AAAA') {
    return settle(addressTtl, async () => {
      const wanted = (await sources.addresses(name)).filter(
        (address) => isIPv4(address) === (type === 'A'),
      );
      return wanted.map((address): Answer => ({ type, name, ttl: addressTtl, data: address }));
    });
  }
  if (isRecordType(type)) {
    return settle(recordTtl, async () => {
      const found = await sources.records(name, type);
      return found.map((data) => ({ type, name, ttl: recordTtl, data }) as Answer);
    });
  }
  // Other types have no answer; programs continue with their other questions.
  return { rcode: NO_ERROR, answers: [], ttl: negativeTtl };
}

async function settle(ttl: number, find: () => Promise<Answer[]>): Promise<Resolution> {
  try {
    const answers = await find();
    return { rcode: NO_ERROR, answers, ttl: answers.length > 0 ? ttl : negativeTtl };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTFOUND') return { rcode: NAME_ERROR, answers: [], ttl: negativeTtl };
    if (code === 'ENODATA') return { rcode: NO_ERROR, answers: [], ttl: negativeTtl };
    return failure;
  }
}

const systemSources: NameSources = {
  async addresses(name) {
    const found = await lookup(name, { all: true, order: 'verbatim' });
    return [...new Set(found.map(({ address }) => address.replace(/%.*$/s, '')))];
  },
  // Created each time, because the servers change with the host's networks.
  records: (name, type) => readRecords(new Resolver({ timeout: 2_000, tries: 2 }), name, type),
};

/** Queries the servers of a resolver. Rejects with node:dns's errors. */
export function readRecords(
  resolver: Resolver,
  name: string,
  type: RecordType,
): Promise<readonly Data[]> {
  return readers[type](resolver, name);
}

/** Each reads one record type from the system's servers, in dns-packet's format. */
const readers: Record<RecordType, (resolver: Resolver, name: string) => Promise<readonly Data[]>> =
  {
    CAA: async (resolver, name) =>
      (await resolver.resolveCaa(name)).flatMap(({ critical, ...record }) =>
        (['issue', 'issuewild', 'iodef'] as const).flatMap((tag) =>
          record[tag] === undefined
            ? []
            : [{ issuerCritical: critical > 0, tag, value: record[tag] }],
        ),
      ),
    CNAME: (resolver, name) => resolver.resolveCname(name),
    MX: async (resolver, name) =>
      (await resolver.resolveMx(name)).map(({ priority, exchange }) => ({
        ...{ preference: priority, exchange },
      })),
    NAPTR: async (resolver, name) =>
      (await resolver.resolveNaptr(name)).map(({ service, ...record }) => ({
        ...{ ...record, services: service },
      })),
    NS: (resolver, name) => resolver.resolveNs(name),
    PTR: (resolver, name) => resolver.resolvePtr(name),
    SOA: async (resolver, name) => {
      const { nsname, hostmaster, minttl, ...times } = await resolver.resolveSoa(name);
      return [{ mname: nsname, rname: hostmaster, minimum: minttl, ...times }];
    },
    SRV: async (resolver, name) =>
      (await resolver.resolveSrv(name)).map(({ name: target, ...record }) => ({
        ...{ ...record, target },
      })),
    TXT: (resolver, name) => resolver.resolveTxt(name),
  };

function isRecordType(type: string): type is RecordType {
  return Object.hasOwn(readers, type);
}
