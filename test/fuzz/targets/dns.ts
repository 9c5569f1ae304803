import * as packet from 'dns-packet';
import { answerMessage } from '../../../electron/host/supervisor/dns/answer.ts';
import { DatagramReader } from '../../../guest-agent/contract/datagrams.ts';
import {
  addressAnswer,
  failureAnswer,
  readQuestion,
  truncatedAnswer,
} from '../../../guest-agent/network/names/message.ts';
import type { Target } from '../target.ts';

const query = (type: packet.RecordType, name: string, additionals: packet.OptAnswer[] = []) =>
  packet.encode({ type: 'query', id: 1, flags: 256, questions: [{ type, name }], additionals });
const edns = {
  ...{ type: 'OPT' as const, name: '.', udpPayloadSize: 4096, extendedRcode: 0, ednsVersion: 0 },
  ...{ flags: 0, flag_do: false, options: [] },
} as packet.OptAnswer;

/** DNS messages of containers, as the guest and the host read them. */
export const dns: Target = {
  seeds: [
    query('A', 'web.berth.local'),
    query('AAAA', 'a.b.example', [edns]),
    query('TXT', 'x'.repeat(60)),
    query('SRV', '_http._tcp.example'),
    packet.encode({
      ...{ type: 'response', id: 2, questions: [{ type: 'A', name: 'a.b' }] },
      answers: [
        { type: 'A', name: 'a.b', data: '1.2.3.4' },
        { type: 'TXT', name: 'a.b', data: ['x', 'y'] },
      ],
    }),
  ],
  maxBytes: 2 + 0xffff,
  words: ['\xc0\x0c', '\x00\x00\x29', '\x00\x01\x00\x01', '\x3f', '\xff\xff'],
  async read(input) {
    // Framed, as over TCP.
    // The server gives each of them a turn of its own.
    for (const message of new DatagramReader().add(input).slice(0, 50)) readQuestion(message);
    if (readQuestion(input) !== undefined) {
      addressAnswer(input, '10.0.2.2');
      failureAnswer(input);
      truncatedAnswer(input);
    }
    await answerMessage(input, async (name, type) => ({
      ...{ rcode: 0, ttl: 5 },
      answers: type === 'A' ? [{ type, name, ttl: 5, data: '10.1.2.3' }] : [],
    }));
  },
};
