import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { icnsOf, icoOf } from './containers.ts';

const png = (width: number) => {
  const bytes = Buffer.alloc(24);
  bytes.write('\x89PNG\r\n\x1a\n', 'latin1');
  bytes.writeUInt32BE(width, 16);
  return bytes;
};
const widthAt = (file: Buffer, offset: number) => file.readUInt32BE(offset + 16);

/** Pairs of an entry's size, as the file's directory has it, and its picture's width. */
function entriesOfIco(file: Buffer): [number, number][] {
  return Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
    const entry = 6 + 16 * index;
    return [file.readUInt8(entry) || 256, widthAt(file, file.readUInt32LE(entry + 12))];
  });
}

function entriesOfIcns(file: Buffer): [string, number][] {
  expect(file.readUInt32BE(4)).toBe(file.length);
  const found: [string, number][] = [];
  for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4)) {
    found.push([file.toString('latin1', at, at + 4), widthAt(file, at + 8)]);
  }
  return found;
}

test('the directories of icon files lead to the pictures', () => {
  const pictures = [16, 32, 256].map((size) => ({ size, png: png(size) }));
  expect(entriesOfIco(icoOf(pictures))).toEqual([
    [16, 16],
    [32, 32],
    [256, 256],
  ]);
  expect(entriesOfIcns(icnsOf(pictures))).toEqual([
    ['icp4', 16],
    ['icp5', 32],
    ['ic11', 32],
    ['ic08', 256],
    ['ic13', 256],
  ]);
});

test('the icons of the app have all sizes', async () => {
  const ico = await readFile(join(import.meta.dirname, 'icon.ico'));
  expect(entriesOfIco(ico).map(([size]) => size)).toEqual([16, 24, 32, 48, 64, 128, 256]);
  for (const [size, width] of entriesOfIco(ico)) expect(width).toBe(size);
  const icns = await readFile(join(import.meta.dirname, 'icon.icns'));
  expect(entriesOfIcns(icns).map(([, width]) => width)).toEqual([
    16, 32, 32, 64, 128, 256, 256, 512, 512, 1024,
  ]);
});
