/** An engine that the rows run against. */
export interface Peer {
  readonly name: 'docker' | 'berth';
  /** Where it answers. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** A registry as all engines reach it, under one name. */
export interface Registry {
  /** `address:port` */
  readonly name: string;
  /** The directory that it serves. */
  readonly storage: string;
}
