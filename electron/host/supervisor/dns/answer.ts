import * as packet from 'dns-packet';
import { hasPlausibleCounts } from '../../../../guest-agent/contract/dns-counts.ts';
import { reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import type { Resolution } from './resolver.ts';

const log = loggerOf('dns');

/** RFC 1035, section 4.1.1. */
const FORMAT_ERROR = 1;
const NOT_IMPLEMENTED = 4;

/**
 * Answers one DNS message (RFC 1035), with no limit on the answer's length. Undefined if the
 * message isn't a question.
 */
export async function answerMessage(
  message: Buffer,
  resolve: (name: string, type: string) => Promise<Resolution>,
): Promise<Buffer | undefined> {
  if (message.length < 12) return undefined;
  let query: packet.DecodedPacket;
  try {
    if (!hasPlausibleCounts(message)) throw new Error('it has fewer records than it says');
    query = packet.decode(message);
  } catch (error) {
    log.debug(`Reading an invalid DNS question: ${reasonOf(error)}`);
    return packet.encode({ ...reply(message.readUInt16BE(0), FORMAT_ERROR), questions: [] });
  }
  if (query.type !== 'query') return undefined;
  const { id = 0, questions = [], flags = 0 } = query;
  const [question] = questions;
  const asked = flags & packet.RECURSION_DESIRED;
  // The opcode, which is 0 for a standard query.
  const isPlain = questions.length === 1 && ((flags >> 11) & 0xf) === 0;
  if (question === undefined || !isPlain || (question.class ?? 'IN') !== 'IN') {
    return packet.encode({ ...reply(id, NOT_IMPLEMENTED | asked), questions });
  }
  const { rcode, answers } = await resolve(question.name, question.type);
  return packet.encode({
    ...reply(id, rcode | asked),
    questions,
    answers: answers.map((answer) => ({ ...answer, name: question.name })),
  });
}

const reply = (id: number, flags: number) => ({
  ...{ type: 'response' as const, id, flags: flags | packet.RECURSION_AVAILABLE },
});
