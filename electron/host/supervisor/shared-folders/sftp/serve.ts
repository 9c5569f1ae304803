import type { Duplex } from 'node:stream';
import { loggerOf } from '../../../base/log.ts';
import { codeOf } from '../../../base/system-error.ts';
import { takeTurns } from '../../../base/take-turns.ts';
import { OpenHandles } from './open-handles.ts';
import {
  BadPacket,
  PacketReader,
  packet,
  packetTypes,
  statusCodes,
  string,
  uint32,
} from './packets.ts';
import {
  extensions,
  handleRequests,
  pathRequests,
  type Reply,
  type ServedFolder,
} from './requests.ts';

const log = loggerOf('folders');

const VERSION = 3;
/** More than the longest write of sshfs. */
const MAX_PACKET = 1024 * 1024;

/**
 * Requests that name paths run one at a time, across all shares, so that no client can replace a
 * directory by a link after another request has checked it.
 */
const inTurn = takeTurns();

/**
 * Serves one folder of the host over SFTP 3 to one client, until its stream ends. The client can't
 * reach anything outside of the folder (confined-path.ts).
 */
export async function serveSftp(
  stream: Duplex,
  options: Pick<ServedFolder, 'root' | 'readOnly' | 'withheld'>,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  const folder: ServedFolder = { ...options, platform, handles: new OpenHandles() };
  stream.on('error', () => {});
  try {
    for await (const bytes of packets(stream)) {
      const fields = new PacketReader(bytes);
      const type = fields.byte();
      if (type === packetTypes.init) {
        const names = Object.keys(extensions).flatMap((name) => [string(name), string('1')]);
        stream.write(packet(packetTypes.version, uint32(VERSION), ...names));
        continue;
      }
      const id = uint32(fields.uint32());
      const answer = answerTo(folder, type, fields).then((reply) => {
        if (!stream.writable) return;
        stream.write(
          typeof reply === 'number'
            ? packet(packetTypes.status, id, uint32(reply), string(''), string(''))
            : reply(id),
        );
      });
      // Without a reply, the client would wait, so the connection ends.
      answer.catch((error) => {
        log.error('Answering a request for shared files', error);
        stream.destroy();
      });
      // A client that doesn't read answers can't send more requests.
      if (stream.writableLength > MAX_PACKET) await answer;
    }
  } catch (error) {
    // The client broke the protocol or disconnected.
    log.debug('Serving a folder', error);
  } finally {
    stream.destroy();
    await inTurn(() => folder.handles.closeAll());
  }
}

async function answerTo(folder: ServedFolder, type: number, fields: PacketReader): Promise<Reply> {
  try {
    const onHandle = handleRequests[type];
    if (onHandle) return await onHandle(folder, fields);
    const onPath = pathRequests[type];
    if (onPath) return await inTurn(() => onPath(folder, fields));
    return statusCodes.unsupported;
  } catch (error) {
    if (error instanceof BadPacket) return statusCodes.badMessage;
    const code = codeOf(error);
    if (code === 'ENOENT') return statusCodes.noSuchFile;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ELOOP') {
      return statusCodes.permissionDenied;
    }
    // Includes refusals, which must not reveal more.
    return code === undefined ? statusCodes.permissionDenied : statusCodes.failure;
  }
}

async function* packets(stream: Duplex): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const length = rest.readUInt32BE();
      if (length === 0 || length > MAX_PACKET)
        throw new BadPacket('a packet with an invalid length');
      if (rest.length < 4 + length) break;
      yield rest.subarray(4, 4 + length);
      rest = rest.subarray(4 + length);
    }
  }
}
