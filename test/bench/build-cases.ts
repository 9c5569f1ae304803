import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A build that is measured. */
export interface BuildCase {
  readonly name: string;
  /** How often each engine builds. */
  readonly rounds: number;
  readonly dockerfile: readonly string[];
  readonly flags?: readonly string[];
  /** Creates the other files of the context. */
  readonly prepare?: (directory: string) => Promise<void>;
  /** Changes the context before each round. */
  readonly change?: (directory: string, round: number) => Promise<void>;
}

/** Creates files in directories of a hundred files each. */
async function manyFiles(directory: string, count: number, bytes: number): Promise<void> {
  const content = Buffer.alloc(bytes, 'a line of a source file\n');
  for (let index = 0; index < count; index += 1) {
    const place = join(directory, 'source', String(Math.floor(index / 100)));
    if (index % 100 === 0) await mkdir(place, { recursive: true });
    await writeFile(join(place, `${index}.txt`), content);
  }
}

const usual = [
  'FROM box',
  'WORKDIR /app',
  'COPY source/0 ./first/',
  'RUN mkdir out && cat first/* >out/all',
  'COPY source ./source/',
  'RUN find source -type f | wc -l >out/count',
  'ENV MODE=production',
  'CMD ["cat", "out/count"]',
];

export const buildCases: readonly BuildCase[] = [
  {
    ...{ name: 'cold build', rounds: 5, dockerfile: usual, flags: ['--no-cache'] },
    prepare: (directory) => manyFiles(directory, 300, 4000),
  },
  {
    ...{ name: 'cached build', rounds: 9, dockerfile: usual },
    prepare: (directory) => manyFiles(directory, 300, 4000),
  },
  {
    ...{ name: 'one changed file of 20,000 and 500 MB', rounds: 3 },
    dockerfile: ['FROM box', 'COPY . /app', 'RUN cat /app/source/7/700.txt >/one'],
    prepare: (directory) => manyFiles(directory, 20_000, 25_000),
    change: (directory, round) => writeFile(join(directory, 'source/7/700.txt'), `${round}\n`),
  },
  {
    ...{ name: 'ten parallel stages', rounds: 5 },
    dockerfile: [
      ...Array.from({ length: 10 }, (_, index) => [
        `FROM box AS s${index}`,
        'ARG ROUND',
        `RUN sleep 0.3 && echo $ROUND >/r${index}`,
      ]).flat(),
      'FROM box',
      ...Array.from({ length: 10 }, (_, index) => `COPY --from=s${index} /r${index} /`),
    ],
  },
  {
    ...{ name: 'cache mounts', rounds: 7 },
    dockerfile: [
      'FROM box',
      'ARG ROUND',
      'RUN --mount=type=cache,target=/a echo $ROUND >>/a/log && wc -l </a/log >/r',
      'RUN --mount=type=cache,target=/a --mount=type=cache,target=/b cp /a/log /b/ && ls /b >/s',
    ],
  },
  {
    ...{ name: 'COPY of 5,000 small files', rounds: 5, flags: ['--no-cache'] },
    dockerfile: ['FROM box', 'COPY source /source'],
    prepare: (directory) => manyFiles(directory, 5000, 500),
  },
];
