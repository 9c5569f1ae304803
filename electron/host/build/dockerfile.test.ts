import { expect, it } from 'vitest';
import { argumentsOf, lineOfInstruction, readInstructions, stagesOf } from './dockerfile.ts';

const TEXT = `# syntax=docker/dockerfile:1
ARG VERSION=3.22
FROM alpine:$VERSION AS base
ARG NAME="two words"
ARG TOKEN

RUN apk add \\
    # why
    curl \\
    git
COPY <<EOF /motd
RUN nothing
EOF
from base as final
RUN make
`;

it('reads instructions with their lines, however many these are', () => {
  expect(readInstructions(TEXT).map(({ line, keyword }) => `${line} ${keyword}`)).toEqual([
    ...['2 ARG', '3 FROM', '4 ARG', '5 ARG', '7 RUN', '11 COPY', '14 FROM', '15 RUN'],
  ]);
});

it('knows the stages and the arguments', () => {
  const instructions = readInstructions(TEXT);
  expect(stagesOf(instructions)).toEqual(['base', 'final']);
  expect(argumentsOf(instructions)).toEqual([
    { name: 'VERSION', value: '3.22' },
    { name: 'NAME', value: 'two words' },
    { name: 'TOKEN' },
  ]);
});

it('finds the line of what a build shows', () => {
  const instructions = readInstructions(TEXT);
  expect(lineOfInstruction(instructions, 'RUN apk add     curl     git', 0)).toBe(7);
  expect(lineOfInstruction(instructions, 'RUN make', 7)).toBe(15);
  expect(lineOfInstruction(instructions, 'EXPOSE 80', 0)).toBeUndefined();
});
