import { expect, test } from 'vitest';
import type { ImageConfig } from '../../engine/images/store/image.ts';
import { buildkit, classic } from '../dialect.ts';
import { parseTrigger } from '../dockerfile/parse.ts';
import { metadataInstructions, workingDirectory } from './metadata.ts';

const variables = new Map([
  ['P', '8080'],
  ['D', '/d'],
]);

function apply(line: string, config: ImageConfig = {}, hasOwnCommand = false, dialect = classic) {
  const instruction = parseTrigger(line, '\\');
  const context = { config, variables, escapeChar: '\\', hasOwnCommand, dialect };
  const result = metadataInstructions[instruction.keyword]?.(instruction, context);
  if (result === undefined) throw new Error(`${line} isn't a metadata instruction`);
  return result;
}

test.each<[string, ImageConfig, ImageConfig]>([
  ['ENV A=$P B="x $D"', { Env: ['A=1', 'C=2'] }, { Env: ['A=8080', 'C=2', 'B=x /d'] }],
  ['LABEL "a b"=$P', { Labels: { c: 'd' } }, { Labels: { c: 'd', 'a b': '8080' } }],
  [
    'EXPOSE $P 53/UDP 1-2/tcp',
    { ExposedPorts: { '80/tcp': {} } },
    { ExposedPorts: { '80/tcp': {}, '8080/tcp': {}, '53/udp': {}, '1/tcp': {}, '2/tcp': {} } },
  ],
  ['VOLUME $D /e', {}, { Volumes: { '/d': {}, '/e': {} } }],
  ['VOLUME ["/a b"]', {}, { Volumes: { '/a b': {} } }],
  ['USER u:$P', {}, { User: 'u:8080' }],
  ['STOPSIGNAL SIGRTMIN+3', {}, { StopSignal: 'SIGRTMIN+3' }],
  ['SHELL ["/bin/bash", "-c"]', {}, { Shell: ['/bin/bash', '-c'] }],
  ['CMD echo $P', {}, { Cmd: ['/bin/sh', '-c', 'echo $P'] }],
  ['CMD echo', { Shell: ['sh'] }, { Shell: ['sh'], Cmd: ['sh', 'echo'] }],
  ['CMD ["a", "b"]', {}, { Cmd: ['a', 'b'] }],
  ['ENTRYPOINT ["a"]', { Cmd: ['of the base'] }, { Entrypoint: ['a'] }],
  ['ONBUILD COPY $D /', { OnBuild: ['RUN a'] }, { OnBuild: ['RUN a', 'COPY $D /'] }],
  ['HEALTHCHECK NONE', {}, { Healthcheck: { Test: ['NONE'] } }],
  [
    'HEALTHCHECK --interval=1m30s --timeout=1.5s --retries=2 CMD true',
    {},
    {
      Healthcheck: {
        ...{ Test: ['CMD-SHELL', 'true'], Interval: 90e9, Timeout: 1.5e9, Retries: 2 },
      },
    },
  ],
  ['HEALTHCHECK CMD ["true"]', {}, { Healthcheck: { Test: ['CMD', 'true'] } }],
  ['MAINTAINER me', {}, {}],
])('%s', (line, before, after) => {
  expect(apply(line, before).config).toEqual(after);
});

test('ENTRYPOINT leaves a CMD of the same stage alone', () => {
  expect(apply('ENTRYPOINT ["a"]', { Cmd: ['own'] }, true).config).toEqual({
    Entrypoint: ['a'],
    Cmd: ['own'],
  });
});

test('variables are replaced in the text for the cache', () => {
  expect(apply('EXPOSE $P').comment).toBe('EXPOSE 8080/tcp');
  expect(apply('MAINTAINER me').author).toBe('me');
});

test.each([
  ['EXPOSE x', 'invalid containerPort: x'],
  ['EXPOSE 70000', 'invalid containerPort: 70000'],
  ['EXPOSE 5-4', 'invalid containerPort: 5-4'],
  ['VOLUME [""]', 'VOLUME specified can not be an empty string'],
  ['STOPSIGNAL x y', 'invalid signal: x y'],
  ['STOPSIGNAL NOSUCH', 'invalid signal: NOSUCH'],
  ['HEALTHCHECK --interval=5 CMD a', 'time: invalid duration "5"'],
  ['HEALTHCHECK --interval=5us CMD a', 'Interval "interval" cannot be less than 1ms'],
  ['HEALTHCHECK PING a', 'Unknown type "PING" in HEALTHCHECK (try CMD)'],
])('%s is refused', (line, message) => {
  expect(() => apply(line)).toThrow(message);
});

test.each([
  ['WORKDIR a', '/x', '/x/a'],
  ['WORKDIR $D/..', '/x', '/'],
  ['WORKDIR /b/', undefined, '/b'],
])('%s in %s is %s', (line, WorkingDir, expected) => {
  const config = WorkingDir === undefined ? {} : { WorkingDir };
  const context = { config, variables, escapeChar: '\\', dialect: classic };
  expect(workingDirectory(parseTrigger(line, '\\'), context)).toBe(expected);
});

test.each([
  ['WORKDIR /w//y/../z/', '/w//y/../z/'],
  ['WORKDIR ../z/', '/z'],
])('BuildKit keeps an absolute path as written: %s', (line, expected) => {
  const config = { WorkingDir: '/x' };
  const context = { config, variables, escapeChar: '\\', dialect: buildkit };
  expect(workingDirectory(parseTrigger(line, '\\'), context)).toBe(expected);
});

test.each<[string, ImageConfig, ImageConfig]>([
  ['CMD []', { Cmd: ['base'] }, { ArgsEscaped: true } as ImageConfig],
  ['ENTRYPOINT []', { Entrypoint: ['base'] }, {}],
  ['CMD', {}, { Cmd: ['/bin/sh', '-c', ''], ArgsEscaped: true } as ImageConfig],
])('BuildKit has no empty commands: %s', (line, before, after) => {
  expect(apply(line, before, false, buildkit).config).toEqual(after);
});

test('BuildKit sorts ports as they are written, before it replaces variables', () => {
  expect(apply('EXPOSE 80 $P', {}, false, buildkit).comment).toBe('EXPOSE [8080/tcp 80/tcp]');
  expect(apply('EXPOSE 80 $P').comment).toBe('EXPOSE 80/tcp 8080/tcp');
});
