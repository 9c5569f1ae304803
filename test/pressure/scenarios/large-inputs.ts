import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { must, type Scenario, type Workplace } from '../scenario.ts';

/** The longest turn of the engine's event loop, in milliseconds of the processor. */
const TURN_MS = 100;
/** An instruction without its arguments, which ends a build before it begins. */
const MISTAKE = 'COPY\n';

/** What clients send when they send much of it. */
const inputs: Record<string, (place: Workplace) => Promise<unknown>> = {
  'many commands': (place) => failingBuild(place, 'RUN echo "hello" && ls -l /usr/bin $x\n'),
  'many copies': (place) => failingBuild(place, 'COPY --from=a --chown=1:2 a b /c/\n'),
  'many variables': (place) => failingBuild(place, 'ENV a=b c=d e="f g"\n'),
  'many labels': (place) => failingBuild(place, 'LABEL a=b\n'),
  'many comments': (place) => failingBuild(place, '# a comment\n'),
  'many patterns': (place) => {
    const patterns = Array.from({ length: 8000 }, (_, number) => `a${number}/**/b*`).join('\n');
    const files = Array.from({ length: 500 }, (_, number) => `a${number}/c/d/e/file-${number}`);
    return build(place, MISTAKE, { '.dockerignore': patterns }, files);
  },
};

/** Large Dockerfiles and lists of patterns, each of which the engine reads in short turns. */
export const largeInputs: Scenario = {
  name: 'large-inputs',
  async run(place) {
    const { engine } = place;
    const before = await engine.longestTurn();
    const found: string[] = [];
    let last = before;
    for (const [name, send] of Object.entries(inputs)) {
      await send(place);
      const turn = await engine.longestTurn();
      if (turn > last) found.push(`${name} ${turn} ms`);
      last = turn;
    }
    must(last < TURN_MS || last === before, `a turn took too long: ${found.join(', ')}`);
    return `${Object.keys(inputs).length} inputs${found.length > 0 ? `, longer turns: ${found.join(', ')}` : ''}`;
  },
};

const failingBuild = (place: Workplace, part: string) =>
  build(place, part.repeat(place.count(23_000)) + MISTAKE);

/** Builds with a Dockerfile that has a mistake in its last line. */
async function build(
  { api, image }: Workplace,
  dockerfile: string,
  more: Record<string, string> = {},
  files: readonly string[] = [],
): Promise<void> {
  const context = writeTar([
    { name: 'Dockerfile', type: 'file', content: `FROM ${image}\n${dockerfile}` },
    ...Object.entries(more).map(([name, content]) => ({ name, type: 'file' as const, content })),
    ...files.map((name) => ({ name, type: 'file' as const, content: 'x' })),
  ]);
  const { bytes } = await api.ask('POST', '/build', context);
  must(bytes.includes('COPY requires at least two'), `the build said ${bytes.subarray(0, 300)}`);
}
