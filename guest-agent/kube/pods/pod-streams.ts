import type { Duplex, Readable, Writable } from 'node:stream';
import type { ObjectKey } from '../objects/kube-object.ts';

export interface LogOptions {
  /** Needed if the pod has several containers. */
  readonly container?: string;
  readonly follow?: boolean;
  /** The last finished run of the container. */
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** In RFC 3339. */
  readonly sinceTime?: string;
  readonly limitBytes?: number;
}

/**
 * The streams of a program in a container. With a terminal, `stderr` stays empty. An error of a
 * stream needs no listener.
 */
export interface ProcessStreams {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** The exit code. Rejects if the program couldn't start. */
  readonly exited: Promise<number>;
  /** The client is gone. */
  close(): void;
}

export interface ExecOptions {
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** What the API passes on to the containers of a pod. All throw KubeError. */
export interface PodStreams {
  logs(pod: ObjectKey, options: LogOptions): Promise<Readable>;
  exec(pod: ObjectKey, options: ExecOptions): Promise<ProcessStreams>;
  attach(pod: ObjectKey, options: Omit<ExecOptions, 'command'>): Promise<ProcessStreams>;
  /** A connection to a port of the pod, also to one that listens only on its loopback interface. */
  connect(pod: ObjectKey, port: number): Promise<Duplex>;
}
