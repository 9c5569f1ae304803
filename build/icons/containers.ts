/** A picture in an icon file: a PNG with its width, which is also its height. */
export interface Picture {
  readonly size: number;
  readonly png: Buffer;
}

/** macOS's names for entries of an `.icns` file. The last ones are for screens with double density. */
const icnsTypes: Readonly<Record<number, readonly string[]>> = {
  16: ['icp4'],
  32: ['icp5', 'ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
};

/** The sizes that macOS looks for in an `.icns` file. */
export const icnsSizes: readonly number[] = Object.keys(icnsTypes).map(Number);

/** The sizes that Windows looks for in an `.ico` file. */
export const icoSizes: readonly number[] = [16, 24, 32, 48, 64, 128, 256];

/** An icon file for macOS. */
export function icnsOf(pictures: readonly Picture[]): Buffer {
  const entries = pictures.flatMap(({ size, png }) =>
    (icnsTypes[size] ?? []).map((type) => Buffer.concat([header(type, png.length), png])),
  );
  const body = Buffer.concat(entries);
  return Buffer.concat([header('icns', body.length), body]);
}

function header(type: string, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.write(type, 'latin1');
  bytes.writeUInt32BE(8 + length, 4);
  return bytes;
}

/** An icon file for Windows. */
export function icoOf(pictures: readonly Picture[]): Buffer {
  const directory = Buffer.alloc(6 + 16 * pictures.length);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(pictures.length, 4);
  let offset = directory.length;
  pictures.forEach(({ size, png }, index) => {
    const entry = 6 + 16 * index;
    // 0 stands for 256.
    directory.writeUInt8(size % 256, entry);
    directory.writeUInt8(size % 256, entry + 1);
    directory.writeUInt16LE(1, entry + 4);
    directory.writeUInt16LE(32, entry + 6);
    directory.writeUInt32LE(png.length, entry + 8);
    directory.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  });
  return Buffer.concat([directory, ...pictures.map(({ png }) => png)]);
}
