import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { SolveRequestSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { Jobs } from '../jobs/jobs.ts';
import { readDefinition } from './definition.ts';
import { presentDirectory } from './tree-source.ts';

const read = (path: string, filename: string) => {
  const job = new Jobs().begin(
    create(SolveRequestSchema, { Ref: 'a' }),
    new AbortController().signal,
  );
  return readDefinition(job, presentDirectory(path), filename);
};

test('a named pipe as Dockerfile or as ignore file is refused', async () => {
  await using directory = await temporaryDirectory();
  const at = (name: string) => join(directory.path, name);
  execFileSync('mkfifo', [at('pipe'), at('Dockerfile.dockerignore')]);
  await writeFile(at('Dockerfile'), 'FROM scratch\n');
  await expect(read(directory.path, 'pipe')).rejects.toThrow('pipe is not a regular file');
  await expect(read(directory.path, 'Dockerfile')).rejects.toThrow(
    'Dockerfile.dockerignore is not a regular file',
  );
});

test('an empty Dockerfile is refused', async () => {
  await using directory = await temporaryDirectory();
  await writeFile(join(directory.path, 'Dockerfile'), '');
  await expect(read(directory.path, 'Dockerfile')).rejects.toThrow(
    'the Dockerfile cannot be empty',
  );
});

test('a directory isn’t a Dockerfile', async () => {
  await using directory = await temporaryDirectory();
  await mkdir(join(directory.path, 'Dockerfile'));
  await expect(read(directory.path, 'Dockerfile')).rejects.toThrow(
    'failed to read dockerfile: open Dockerfile: no such file or directory',
  );
});
