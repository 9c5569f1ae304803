import * as packet from 'dns-packet';

const SERVER_FAILURE = 2;
/** RFC 1035, section 4.2.1: without EDNS, a client takes no more by UDP. */
const PLAIN_LIMIT = 512;
const HEADER_BYTES = 12;

/** What we need to know of a question. */
export interface Question {
  readonly name: string;
  readonly type: string;
  /** Bytes that its asker takes by UDP. */
  readonly limit: number;
}

/** Undefined for what isn't one question. */
export function readQuestion(message: Buffer): Question | undefined {
  if (message.length < HEADER_BYTES) return undefined;
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

/** The answer that gives an address; none, for a question about anything else of the name. */
export function addressAnswer(message: Buffer, address: string): Buffer {
  const [question] = packet.decode(message).questions ?? [];
  const answers =
    question?.type === 'A'
      ? [{ type: 'A' as const, name: question.name, ttl: 10, data: address }]
      : [];
  return reply(message, 0, answers);
}

/** The answer that there is none to be had at the moment. */
export function failureAnswer(message: Buffer): Buffer {
  return reply(message, SERVER_FAILURE, []);
}

/** What goes by UDP in place of an answer that is too long: the asker comes back by TCP. */
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
