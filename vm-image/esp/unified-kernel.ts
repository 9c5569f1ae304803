/**
 * Builds a unified kernel image: one program for UEFI, made of systemd's stub with the kernel, the
 * initrd and the command line as sections of its own. `ukify` does the same, but Debian 12 doesn't
 * have it, and `objcopy` knows only the programs of the host's architecture.
 */
export function unifiedKernel(
  stub: Buffer,
  parts: { readonly commandLine: string; readonly initrd: Buffer; readonly kernel: Buffer },
): Buffer {
  return addSections(stub, [
    { name: '.cmdline', data: Buffer.from(parts.commandLine) },
    { name: '.initrd', data: parts.initrd },
    { name: '.linux', data: parts.kernel },
  ]);
}

interface Section {
  /** At most 8 characters. */
  readonly name: string;
  readonly data: Buffer;
}

const headerLength = 40;
/** Initialized data that is only read. */
const readOnlyData = 0x40000040;

/**
 * Appends sections to a PE program (Microsoft's "PE Format"). They come after the others in the file
 * and in memory. The optional header is that of 64-bit programs.
 */
export function addSections(program: Buffer, sections: readonly Section[]): Buffer {
  const pe = program.readUInt32LE(0x3c);
  const optional = pe + 24;
  if (
    program.toString('latin1', pe, pe + 4) !== 'PE\0\0' ||
    program.readUInt16LE(optional) !== 0x20b
  )
    throw new Error('the boot stub is not a 64-bit PE program');
  const count = program.readUInt16LE(pe + 6);
  const table = optional + program.readUInt16LE(pe + 20);
  const memoryAlignment = program.readUInt32LE(optional + 32);
  const fileAlignment = program.readUInt32LE(optional + 36);
  const headersEnd = program.readUInt32LE(optional + 60);
  if (table + (count + sections.length) * headerLength > headersEnd)
    throw new Error('the boot stub has no room for more sections');

  const head = Buffer.from(program);
  let address = 0;
  for (let index = 0; index < count; index++) {
    const header = table + index * headerLength;
    const end = program.readUInt32LE(header + 12) + program.readUInt32LE(header + 8);
    address = Math.max(address, end);
  }
  const parts: Buffer[] = [head, padding(head.length, fileAlignment)];
  let position = roundUp(head.length, fileAlignment);
  let added = 0;
  for (const [index, { name, data }] of sections.entries()) {
    address = roundUp(address, memoryAlignment);
    const length = roundUp(data.length, fileAlignment);
    const header = head.subarray(table + (count + index) * headerLength).subarray(0, headerLength);
    header.fill(0);
    header.write(name, 0, 'latin1');
    header.writeUInt32LE(data.length, 8);
    header.writeUInt32LE(address, 12);
    header.writeUInt32LE(length, 16);
    header.writeUInt32LE(position, 20);
    header.writeUInt32LE(readOnlyData, 36);
    parts.push(data, padding(data.length, fileAlignment));
    address += data.length;
    position += length;
    added += length;
  }
  head.writeUInt16LE(count + sections.length, pe + 6);
  head.writeUInt32LE(program.readUInt32LE(optional + 8) + added, optional + 8);
  head.writeUInt32LE(roundUp(address, memoryAlignment), optional + 56);
  head.writeUInt32LE(0, optional + 64); // the checksum, which UEFI ignores
  return Buffer.concat(parts);
}

const roundUp = (value: number, unit: number) => Math.ceil(value / unit) * unit;
const padding = (length: number, unit: number) => Buffer.alloc(roundUp(length, unit) - length);
