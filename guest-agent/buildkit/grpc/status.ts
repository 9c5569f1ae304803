import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type Status, StatusSchema } from '../generated/google/rpc/status_pb.js';

/** The codes of gRPC that BuildKit and its clients use. */
export const grpcCode = {
  ok: 0,
  canceled: 1,
  /** BuildKit's code for failed builds. With any other code, clients print the code's name too. */
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  unavailable: 14,
} as const;

/**
 * The bytes of the headers or trailers of a call, uncompressed. Node's own limit of 64 KiB is less
 * than an error with a Dockerfile, or a list of files, can take.
 */
export const MAX_HEADER_BLOCK = 1 << 20;

/** How many characters of an error's text are sent. Trailers hold it twice, and longer by encoding. */
const MAX_MESSAGE = 8 << 10;

/** A named document that says more about an error, such as its position in the Dockerfile. */
export interface ErrorDetail {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/** An error that a gRPC call ends with. */
export class GrpcError extends Error {
  readonly code: number;
  readonly details: readonly ErrorDetail[];

  constructor(
    code: number,
    message: string,
    { details = [], cause }: { details?: readonly ErrorDetail[]; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'GrpcError';
    this.code = code;
    this.details = details;
  }
}

/** The error as the message `google.rpc.Status`, which errors also have inside other messages. */
export function toStatus({ code, message, details }: GrpcError): Status {
  return create(StatusSchema, {
    code,
    message,
    details: details.map(({ typeUrl, value }) => ({ typeUrl, value })),
  });
}

export function fromStatus({ code, message, details }: Status): GrpcError {
  return new GrpcError(code, message, { details });
}

/** Trailers that end a call: without an error if `error` is undefined. */
export function statusTrailers(failure: GrpcError | undefined): OutgoingHttpHeaders {
  if (failure === undefined) return { 'grpc-status': '0' };
  const { code, details } = failure;
  const error = new GrpcError(code, shortened(failure.message), { details });
  const trailers = {
    'grpc-status': String(error.code),
    'grpc-message': percentEncoded(error.message),
  };
  if (error.details.length === 0) return trailers;
  const status = Buffer.from(toBinary(StatusSchema, toStatus(error)));
  // gRPC wants no padding.
  const encoded = status.toString('base64').replace(/=+$/, '');
  return { ...trailers, 'grpc-status-details-bin': encoded };
}

/** The error in the trailers of a call, or undefined if the call succeeded. */
export function statusError(trailers: IncomingHttpHeaders): GrpcError | undefined {
  const { 'grpc-status': code, 'grpc-message': text = '' } = trailers;
  if (code === '0') return undefined;
  if (code === undefined) {
    return new GrpcError(grpcCode.unavailable, 'the client closed the connection');
  }
  const encoded = trailers['grpc-status-details-bin'];
  const message = percentDecoded(String(text));
  if (typeof encoded !== 'string') return new GrpcError(Number(code), message);
  try {
    const { details } = fromBinary(StatusSchema, Buffer.from(encoded, 'base64'));
    return new GrpcError(Number(code), message, { details });
  } catch (cause) {
    // The error itself matters more than its details.
    return new GrpcError(Number(code), message, { cause });
  }
}

function shortened(text: string): string {
  return text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE)}… (cut off)`;
}

function percentEncoded(text: string): string {
  return Array.from(Buffer.from(text), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

function percentDecoded(text: string): string {
  const bytes = text.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
