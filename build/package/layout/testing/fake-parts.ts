/** The first bytes of a program for a target, or for macOS on both processors. */
export function programFor(name: string): Buffer {
  const head = Buffer.alloc(256);
  const arm = name.endsWith('arm64');
  if (name === 'darwin-universal') {
    head.writeUInt32BE(0xcafebabe, 0);
    head.writeUInt32BE(2, 4);
    head.writeUInt32BE(0x0100_0007, 8);
    head.writeUInt32BE(0x0100_000c, 28);
  } else if (name.startsWith('darwin')) {
    head.writeUInt32BE(0xcffaedfe, 0);
    head.writeUInt32LE(arm ? 0x0100_000c : 0x0100_0007, 4);
  } else if (name.startsWith('linux')) {
    head.writeUInt32BE(0x7f454c46, 0);
    head.writeUInt16LE(arm ? 0xb7 : 0x3e, 18);
  } else {
    head.write('MZ');
    head.writeUInt32LE(0x80, 60);
    head.write('PE\0\0', 0x80);
    head.writeUInt16LE(arm ? 0xaa64 : 0x8664, 0x84);
  }
  return head;
}

interface Folder {
  readonly files: Record<string, Folder | { readonly size: number }>;
}

/** An `app.asar` that lists these files, each one byte long. */
export function asarOf(...paths: readonly string[]): Buffer {
  const root: Folder = { files: {} };
  for (const path of paths) {
    const names = path.split('/');
    let folder = root;
    for (const name of names.slice(0, -1)) {
      const found = folder.files[name];
      const next: Folder = found && 'files' in found ? found : { files: {} };
      folder.files[name] = next;
      folder = next;
    }
    folder.files[names.at(-1) ?? path] = { size: 1 };
  }
  const text = Buffer.from(JSON.stringify(root));
  const sizes = Buffer.alloc(16);
  sizes.writeUInt32LE(4, 0);
  sizes.writeUInt32LE(text.length + 8, 4);
  sizes.writeUInt32LE(text.length + 4, 8);
  sizes.writeUInt32LE(text.length, 12);
  return Buffer.concat([sizes, text]);
}
