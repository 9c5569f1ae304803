/** An engine that the rows run against. */
export interface Peer {
  readonly name: 'docker' | 'berth';
  /** The path of the engine's socket. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** A registry that all engines reach under one name. */
export interface Registry {
  /** `address:port` */
  readonly name: string;
  /** The directory that it serves. */
  readonly storage: string;
}
