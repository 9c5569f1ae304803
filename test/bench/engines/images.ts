import { randomBytes } from 'node:crypto';
import { testImage } from '../../../guest-agent/registry/testing/test-image.ts';
import { packLayer } from '../../../vm-image/starter/layer.ts';

const MiB = 1024 * 1024;
const PROSE = Buffer.from('INFO request 4711 from 10.0.0.1 took 12 ms, and found nothing new\n');

/** Images that are pulled: what takes long in each is something else. */
export async function pulledImages() {
  const text = Buffer.alloc(120 * MiB, PROSE);
  // Text that repeats less often than a file of one line.
  for (let at = 0; at < text.length; at += 512) randomBytes(64).copy(text, at);
  const noise = randomBytes(120 * MiB);
  const one = (content: Buffer) => packLayer([{ type: 'file', name: 'large', content }]);
  const many = await packLayer([
    ...Array.from({ length: 200 }, (_, folder) => ({
      type: 'directory' as const,
      name: `f${folder}`,
    })),
    ...Array.from({ length: 20_000 }, (_, index) => ({
      type: 'file' as const,
      name: `f${index % 200}/${index}`,
      content: `${index}\n`.repeat(40),
    })),
  ]);
  const layers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      packLayer([{ type: 'file', name: `l${index}`, content: randomBytes(MiB / 2) }]),
    ),
  );
  return {
    'large-text': testImage([{ tar: await one(text) }]),
    'large-noise': testImage([{ tar: await one(noise) }]),
    'large-zstd': testImage([{ tar: await one(text), compression: 'zstd' }]),
    'small-files': testImage([{ tar: many }]),
    'many-layers': testImage(layers.map((tar) => ({ tar }))),
  };
}
