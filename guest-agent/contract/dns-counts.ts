/** RFC 1035, section 4.1: a header, and the least bytes of a question and of a record. */
const HEADER_BYTES = 12;
const QUESTION_BYTES = 5;
const RECORD_BYTES = 11;

/**
 * Whether a DNS message is long enough for as many questions and records as its header says. A decoder
 * makes room for them before it reads them, and a message of 12 bytes can say 262,140.
 */
export function hasPlausibleCounts(message: Buffer): boolean {
  if (message.length < HEADER_BYTES) return false;
  const [questions, ...records] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  const count = records.reduce((sum, each) => sum + each, 0);
  const least = HEADER_BYTES + (questions ?? 0) * QUESTION_BYTES + count * RECORD_BYTES;
  return message.length >= least;
}
