import { linuxError } from '../../contract/fuse/errors.ts';
import {
  type Change,
  changesSchema,
  decodeNotice,
  encodeNotice,
  encodeRequest,
  helloSchema,
  isNotice,
  noticeKinds,
  PROTOCOL_VERSION,
  requestFlags,
} from '../../contract/fuse/messages.ts';
import { opcodes } from '../../contract/fuse/opcodes.ts';
import type { Connection } from './connection.ts';
import {
  answerInit,
  decodeKernelRequest,
  type KernelRequest,
  kernelReply,
} from './kernel-messages.ts';
import { answerLocally } from './local-answers.ts';
import { type Node, NodeTable } from './node-table.ts';
import { type Outstanding, OutstandingRequests } from './outstanding.ts';
import { type RemoteRequest, remoteRequest } from './remote-requests.ts';
import { answerRepeat, type Repeat } from './repeats.ts';
import { replyFrom } from './replies.ts';
import { type ChangesTaken, TakeChanges } from './take-changes.ts';

/** A program's file operation fails if the host doesn't come back within this time. */
export const PATIENCE_MS = 30_000;
/** While the host is there, an operation may take as long as a disk that spins up, or a large sync. */
const LONGEST_MS = 300_000;
const STATFS_MS = 1_000;

/** The longest name that Linux's file systems have. */
const MOST_NAME_BYTES = 255;
const isTooLong = (name = '') => Buffer.byteLength(name) > MOST_NAME_BYTES;

const unanswered: ReadonlySet<number> = new Set([
  ...[opcodes.forget, opcodes.batchForget, opcodes.interrupt, opcodes.destroy],
]);

export interface ShareEvents {
  /** Writes to the mount's /dev/fuse. */
  reply(message: Buffer): void;
  changed(taken: ChangesTaken): void;
  /** The change that the repeating thread works on. */
  repeating(): Repeat | undefined;
  nextOrder(): number;
}

/** One mount: knows the kernel's nodes and what the server hasn't answered. Survives broken connections. */
export class MountedShare {
  readonly #events: ShareEvents;
  readonly #session: string;
  readonly #repeatingThread: number;
  readonly #outstanding = new OutstandingRequests();
  readonly #nodes = new NodeTable((node) => this.#forgotten(node));
  readonly #changes: TakeChanges;
  #connection: Connection | undefined;
  #lostAt = performance.now();
  #wasConnected = false;
  #lastUnique = 1n;
  #statfs: { readonly body: Buffer; readonly until: number } | undefined;

  /** `repeatingThread` is the thread that does the host's changes once more. */
  constructor(session: string, repeatingThread: number, events: ShareEvents) {
    this.#session = session;
    this.#repeatingThread = repeatingThread;
    this.#events = events;
    this.#changes = new TakeChanges(this.#nodes, events.nextOrder);
  }

  /** A connection from the host, which replaces an earlier one. */
  connect(connection: Connection): void {
    this.disconnect();
    this.#connection = connection;
    const hello = { version: PROTOCOL_VERSION, session: this.#session } as const;
    connection.send(encodeNotice(noticeKinds.hello, hello));
  }

  /** The connection is over. Requests wait for the next. */
  disconnect(): void {
    if (!this.#connection) return;
    this.#connection.close();
    this.#connection = undefined;
    this.#lostAt = performance.now();
    this.#outstanding.markAllSent();
  }

  /** A message of the server. Throws BadFrame. */
  receive(message: Buffer): void {
    if (!isNotice(message)) this.#finish(message);
    else if (this.#connection?.isReady) {
      this.#take(decodeNotice(message, noticeKinds.changes, changesSchema));
    } else {
      decodeNotice(message, noticeKinds.hello, helloSchema);
      this.#begin();
    }
  }

  /** A message of the kernel. */
  request(message: Buffer): void {
    const request = decodeKernelRequest(message);
    const reply = unanswered.has(request.opcode) ? this.#note(request) : this.#replyTo(request);
    if (reply) this.#events.reply(reply);
  }

  /** Fails what has waited too long. */
  checkDeadlines(): void {
    const now = performance.now();
    const isLost = !this.#connection?.isReady;
    if (isLost && now - this.#lostAt < PATIENCE_MS) return;
    const before = now - (isLost ? 0 : LONGEST_MS);
    for (const request of this.#outstanding.takeOlder(before)) this.#fail(request, 'EIO');
  }

  get isWaiting(): boolean {
    return this.#outstanding.size > 0;
  }

  /** What the kernel tells without waiting for a reply. */
  #note({ opcode, node, body }: KernelRequest): undefined {
    if (opcode === opcodes.forget) this.#nodes.forget(node, Number(body.readBigUInt64LE(0)));
    if (opcode === opcodes.batchForget) this.#forgetAll(body);
    if (opcode === opcodes.interrupt) this.#interrupt(body.readBigUInt64LE(0));
  }

  /** Undefined if the server is asked. */
  #replyTo(request: KernelRequest): Buffer | undefined {
    const { opcode, unique } = request;
    if (opcode === opcodes.init) {
      const { reply, expires } = answerInit(request);
      this.#changes.expires = expires;
      return reply;
    }
    const node = this.#nodes.get(request.node);
    if (!node) return kernelReply(unique, 0, linuxError('ESTALE'));
    const local = this.#repeated(request) ?? this.#statfsReply(request);
    const reply = local ?? answerLocally(request, node);
    if (reply) return reply;
    const remote = remoteRequest(this.#nodes, request, node);
    if (!remote) return kernelReply(unique, 0, linuxError('ENOSYS'));
    // The folder of this name was removed.
    const isLost = remote.path === undefined && remote.name !== undefined;
    if (isLost) return kernelReply(unique, 0, linuxError('ENOENT'));
    if (isTooLong(remote.name) || isTooLong(remote.second?.name)) {
      return kernelReply(unique, 0, linuxError('ENAMETOOLONG'));
    }
    this.#ask(request, remote);
    return undefined;
  }

  #repeated(request: KernelRequest): Buffer | undefined {
    if (request.thread !== this.#repeatingThread) return undefined;
    const repeat = this.#events.repeating();
    return repeat && answerRepeat(this.#nodes, repeat, request);
  }

  #ask(kernel: KernelRequest, remote: RemoteRequest): void {
    const finish = (answer: Buffer) => this.#reply(kernel, remote, answer);
    const { opcode, unique } = kernel;
    this.#send(remote, { uid: kernel.uid, gid: kernel.gid }, { opcode, unique }, finish);
  }

  #reply(kernel: KernelRequest, remote: RemoteRequest, answer: Buffer): Buffer {
    const reply = replyFrom(this.#nodes, remote, answer);
    if (kernel.opcode === opcodes.statfs && reply.readInt32LE(4) === 0) {
      this.#statfs = { body: Buffer.from(reply), until: performance.now() + STATFS_MS };
    }
    return reply;
  }

  #send(
    remote: RemoteRequest,
    user: { readonly uid: number; readonly gid: number },
    kernel: Outstanding['kernel'],
    finish: Outstanding['finish'],
  ): void {
    this.#lastUnique += 1n;
    const unique = this.#lastUnique;
    const message = encodeRequest({
      ...{ opcode: remote.opcode, unique, ...user },
      flags: remote.path === undefined ? requestFlags.nameless : 0,
      ino: remote.name === undefined ? remote.node.ino : 0n,
      ...{ path: remote.path ?? '', secondPath: remote.secondPath ?? '', body: remote.body },
    });
    const at = performance.now();
    this.#outstanding.add(unique, { message, kernel, changing: remote.changing, finish, at });
    if (this.#connection?.isReady) this.#connection.send(message);
  }

  #finish(answer: Buffer): void {
    const request = this.#outstanding.take(answer.readBigUInt64LE(8));
    if (!request) return;
    const reply = request.finish(answer);
    if (!request.kernel) return;
    reply.writeBigUInt64LE(request.kernel.unique, 8);
    this.#events.reply(reply);
  }

  #fail({ kernel }: Outstanding, code: 'EIO' | 'EINTR'): void {
    if (kernel) this.#events.reply(kernelReply(kernel.unique, 0, linuxError(code)));
  }

  /** The server is there. */
  #begin(): void {
    const connection = this.#connection;
    if (!connection) return;
    connection.isReady = true;
    // What has changed meanwhile wasn't reported.
    if (this.#wasConnected) this.#take([{ kind: 'unknown', path: '' }]);
    this.#wasConnected = true;
    for (const message of this.#outstanding.messages()) connection.send(message);
  }

  #take(changes: readonly Change[]): void {
    this.#events.changed(this.#changes.take(changes));
  }

  #forgetAll(body: Buffer): void {
    const count = body.readUInt32LE(0);
    for (let at = 8; at < 8 + 16 * count; at += 16) {
      this.#nodes.forget(Number(body.readBigUInt64LE(at)), Number(body.readBigUInt64LE(at + 8)));
    }
  }

  /** A program that is being killed needn't wait for a host that isn't there. */
  #interrupt(unique: bigint): void {
    if (this.#connection?.isReady) return;
    const request = this.#outstanding.takeOf(unique);
    if (request) this.#fail(request, 'EINTR');
  }

  #statfsReply({ opcode, unique }: KernelRequest): Buffer | undefined {
    if (opcode !== opcodes.statfs || !this.#statfs) return undefined;
    if (this.#statfs.until < performance.now()) return undefined;
    const reply = Buffer.from(this.#statfs.body);
    reply.writeBigUInt64LE(unique, 8);
    return reply;
  }

  /** The kernel has dropped a file without a name, which the server may keep open. */
  #forgotten(node: Node): void {
    const connection = this.#connection;
    if (!connection?.isReady) return;
    const { ino } = node;
    connection.send(
      encodeRequest({
        ...{ opcode: opcodes.forget, unique: 1n, uid: 0, gid: 0, flags: requestFlags.nameless },
        ...{ ino, path: '', secondPath: '', body: Buffer.alloc(0) },
      }),
    );
  }
}
