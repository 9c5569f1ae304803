import * as packet from 'dns-packet';
import { hasPlausibleCounts } from '../../contract/dns-counts.ts';

const SERVER_FAILURE = 2;
/** RFC 1035, section 4.2.1: without EDNS, a client accepts at most this size over UDP. */
const PLAIN_LIMIT = 512;

/** The parts of a query that the resolver needs. */
export interface Question {
  readonly name: string;
  readonly type: string;
  /** The number of bytes that the client accepts over UDP. */
  readonly limit: number;
}

/** Undefined for a message without exactly one question. */
export function readQuestion(message: Buffer): Question | undefined {
  if (!hasPlausibleCounts(message)) return undefined;
  try {
    const { type, questions = [], additionals = [] } = packet.decode(message);
    const [question] = questions;
    if (type !== 'query' || question === undefined || questions.length > 1) return undefined;
    const edns = additionals.find((record) => record.type === 'OPT');
    const limit = Math.max(PLAIN_LIMIT, edns?.type === 'OPT' ? edns.udpPayloadSize : 0);
    return { name: question.name.toLowerCase(), type: question.type, limit };
  } catch {
    return undefined;
  }
}

/** An answer with an address. Without one if the question is about another type of record. */
export function addressAnswer(message: Buffer, address: string): Buffer {
  const [question] = packet.decode(message).questions ?? [];
  const answers =
    question?.type === 'A'
      ? [{ type: 'A' as const, name: question.name, ttl: 10, data: address }]
      : [];
  return reply(message, 0, answers);
}

/** An answer that reports a temporary failure. */
export function failureAnswer(message: Buffer): Buffer {
  return reply(message, SERVER_FAILURE, []);
}

/** Replaces an answer that is too long for UDP. The client then asks over TCP. */
export function truncatedAnswer(message: Buffer): Buffer {
  return reply(message, packet.TRUNCATED_RESPONSE, []);
}

function reply(message: Buffer, flags: number, answers: packet.Answer[]): Buffer {
  const { id = 0, flags: asked = 0, questions = [] } = packet.decode(message);
  return packet.encode({
    ...{ type: 'response', id, questions, answers },
    flags: flags | packet.RECURSION_AVAILABLE | (asked & packet.RECURSION_DESIRED),
  });
}
