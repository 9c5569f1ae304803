import { open } from 'node:fs/promises';

/** The system and processor that a program or library is for. */
export interface ProgramFormat {
  readonly platform: 'darwin' | 'linux' | 'win32';
  /** Several for a universal program of macOS. */
  readonly processors: readonly string[];
}

/** What a file is made for; undefined if the file isn't a program or a library. */
export async function programFormat(path: string): Promise<ProgramFormat | undefined> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(4096);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return formatOf(head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function formatOf(head: Buffer): ProgramFormat | undefined {
  if (head.length < 64) return undefined;
  const magic = head.readUInt32BE(0);
  if (magic === 0x7f454c46) {
    return { platform: 'linux', processors: [elf[head.readUInt16LE(18)] ?? 'unknown'] };
  }
  if (magic === 0xcffaedfe) {
    return { platform: 'darwin', processors: [machO[head.readUInt32LE(4)] ?? 'unknown'] };
  }
  // Java's classes start with the same bytes, but have no small number of parts next.
  if (magic === 0xcafebabe && head.readUInt32BE(4) < 8) {
    const processors = Array.from({ length: head.readUInt32BE(4) }, (_, part) => {
      return machO[head.readUInt32BE(8 + 20 * part)] ?? 'unknown';
    });
    return { platform: 'darwin', processors };
  }
  if (head.toString('latin1', 0, 2) !== 'MZ') return undefined;
  const start = head.readUInt32LE(60);
  if (start + 6 > head.length || head.toString('latin1', start, start + 4) !== 'PE\0\0') {
    return undefined;
  }
  return { platform: 'win32', processors: [pe[head.readUInt16LE(start + 4)] ?? 'unknown'] };
}

/** The numbers that each format has for the processors of our targets. */
const elf: Readonly<Record<number, string>> = { 62: 'x64', 183: 'arm64' };
const machO: Readonly<Record<number, string>> = { 16777223: 'x64', 16777228: 'arm64' };
const pe: Readonly<Record<number, string>> = { 34404: 'x64', 43620: 'arm64', 332: 'ia32' };
