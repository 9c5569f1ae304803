import { type BigIntStats, constants, lstatSync, realpathSync } from 'node:fs';
import {
  ATTR_OUT_BYTES,
  attrFields,
  entryFields,
  writeAttributes,
} from '../../../../../guest-agent/contract/fuse/attributes.ts';
import type { Change } from '../../../../../guest-agent/contract/fuse/messages.ts';
import { type AttributesOf, createAttributesOf } from './attributes-of.ts';
import { Boundary, Refused } from './boundary.ts';
import { KnownFiles } from './known-files.ts';
import { parentOf } from './known-folder.ts';
import { Listings } from './listings.ts';
import { OpenFiles } from './open-files.ts';

export interface ServedFolder {
  readonly path: string;
  readonly readOnly: boolean;
  readonly withheld: readonly string[];
}

/** While the host's changes are reported, what the guest knows is true until then. */
const LONG_SECONDS = 3600n;
/** Otherwise the guest asks again after this time. */
const SHORT_SECONDS = 1n;

/** One shared folder, as requests see it. */
export class ServedShare {
  readonly root: string;
  readonly readOnly: boolean;
  readonly platform: NodeJS.Platform;
  readonly boundary: Boundary;
  readonly files: OpenFiles;
  readonly listings: Listings;
  readonly known: KnownFiles;
  /** Only root may give files to others. */
  readonly setsOwners: boolean;
  readonly #attributesOf: AttributesOf;

  /** `report` gets what the host changes. Throws the system's error if the folder is missing. */
  constructor(
    { path, readOnly, withheld }: ServedFolder,
    report: (changes: readonly Change[]) => void,
    platform: NodeJS.Platform = process.platform,
  ) {
    this.root = realpathSync(path);
    this.readOnly = readOnly;
    this.platform = platform;
    this.setsOwners = process.getuid?.() === 0;
    this.boundary = new Boundary({ root: this.root, withheld, platform });
    const { dev } = lstatSync(this.root, { bigint: true });
    this.#attributesOf = createAttributesOf(dev, platform);
    this.listings = new Listings(this.boundary);
    this.files = new OpenFiles(this.boundary, this.#attributesOf);
    const { root, boundary } = this;
    const options = { root, platform, boundary, attributesOf: this.#attributesOf };
    this.known = new KnownFiles(options, report);
  }

  /** Undefined if there is no such file. Throws Refused. */
  look(path: string): BigIntStats | undefined {
    return lstatSync(this.boundary.place(path), { bigint: true, throwIfNoEntry: false });
  }

  requireWritable(): void {
    if (this.readOnly) throw new Refused('EROFS', 'the folder is shared for reading');
  }

  inoOf(file: BigIntStats): bigint {
    return this.#attributesOf(file).ino;
  }

  /** Fills a `fuse_entry_out`, without the node. `file` is undefined for a name that doesn't exist. */
  writeEntry(target: Buffer, offset: number, path: string, file: BigIntStats | undefined): void {
    target.fill(0, offset, offset + entryFields.attributes);
    const { folder } = parentOf(path);
    const seconds = this.known.isFollowed(folder) ? LONG_SECONDS : SHORT_SECONDS;
    target.writeBigUInt64LE(seconds, offset + entryFields.entrySeconds);
    if (!file) return;
    target.writeBigUInt64LE(this.#validity(path, file), offset + entryFields.attributeSeconds);
    writeAttributes(target, offset + entryFields.attributes, this.#attributesOf(file));
  }

  /** Fills a `fuse_attr_out`. */
  writeAttr(target: Buffer, offset: number, path: string, file: BigIntStats): void {
    target.fill(0, offset, offset + attrFields.attributes);
    target.writeBigUInt64LE(this.#validity(path, file), offset + attrFields.seconds);
    writeAttributes(target, offset + attrFields.attributes, this.#attributesOf(file));
  }

  /**
   * Fills a `fuse_attr_out` with what a folder is after the guest has changed its entries, so that the guest
   * needn't ask.
   */
  writeFolder(target: Buffer, offset: number, path: string): number {
    const file = this.look(path);
    if (file) this.writeAttr(target, offset, path, file);
    else target.fill(0, offset, offset + ATTR_OUT_BYTES);
    return offset + ATTR_OUT_BYTES;
  }

  close(): void {
    this.known.close();
    this.files.closeAll();
    this.boundary.release();
  }

  /** A folder reports its own changes. A file may change through a name in another folder. */
  #validity(path: string, file: BigIntStats): bigint {
    const isFolder = (Number(file.mode) & constants.S_IFMT) === constants.S_IFDIR;
    const isReported = isFolder
      ? this.known.isFollowed(path)
      : file.nlink <= 1n && this.known.isFollowed(parentOf(path).folder);
    return isReported ? LONG_SECONDS : SHORT_SECONDS;
  }
}
