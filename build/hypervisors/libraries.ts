import { readFile } from 'node:fs/promises';

/** The names of the libraries that a program or library of Windows or macOS loads at its start. */
export async function librariesOf(path: string): Promise<string[]> {
  const file = await readFile(path);
  if (file.toString('latin1', 0, 2) === 'MZ') return peImports(file);
  if (file.length >= 32 && file.readUInt32LE(0) === 0xfeedfacf) return machOImports(file);
  throw new Error(`${path} is not a program for Windows or macOS`);
}

/** The import directory of a Portable Executable: entries of 20 bytes, up to one without a name. */
function peImports(file: Buffer): string[] {
  const header = file.readUInt32LE(60);
  const sections = file.readUInt16LE(header + 6);
  const optional = header + 24;
  const isWide = file.readUInt16LE(optional) === 0x20b;
  const table = optional + file.readUInt16LE(header + 20);
  /** Where the bytes of an address in memory are in the file. */
  const offsetOf = (address: number): number => {
    for (let section = 0; section < sections; section += 1) {
      const at = table + 40 * section;
      const start = file.readUInt32LE(at + 12);
      const size = file.readUInt32LE(at + 16);
      if (address >= start && address < start + size) {
        return address - start + file.readUInt32LE(at + 20);
      }
    }
    throw new Error('a name is outside of the sections');
  };
  const directory = file.readUInt32LE(optional + (isWide ? 120 : 104));
  if (directory === 0) return [];
  const names: string[] = [];
  for (let entry = offsetOf(directory); file.readUInt32LE(entry + 12) !== 0; entry += 20) {
    names.push(textAt(file, offsetOf(file.readUInt32LE(entry + 12))));
  }
  return names;
}

/** The load commands of a 64-bit Mach-O file. */
function machOImports(file: Buffer): string[] {
  const names: string[] = [];
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left -= 1) {
    const command = file.readUInt32LE(at);
    // LC_LOAD_DYLIB, and the same for a library that may be missing, or that is exported again.
    if ([0xc, 0x8000_0018, 0x8000_001f].includes(command)) {
      names.push(textAt(file, at + file.readUInt32LE(at + 8)));
    }
    at += file.readUInt32LE(at + 4);
  }
  return names;
}

const textAt = (file: Buffer, start: number) =>
  file.toString('utf8', start, file.indexOf(0, start));
