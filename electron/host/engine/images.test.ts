import { afterEach, beforeEach, expect, test } from 'vitest';
import { canonicalReference, splitReference } from '../../../guest-agent/grammar/reference.ts';
import { createEngineClient } from './connection/http-client.ts';
import { pullImage } from './images.ts';
import { type ScriptedEngine, startScriptedEngine } from './testing/scripted-engine.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

async function pulled(reference: string): Promise<string[]> {
  const statuses: string[] = [];
  for await (const { status } of pullImage(createEngineClient(engine.socketPath), reference)) {
    statuses.push(status ?? '');
  }
  return statuses;
}

test('a pull gives its messages, however the bytes are cut', async () => {
  engine.answer('POST /images/create', async (_, response) => {
    const line = Buffer.from('{"status":"Pulling from bücher"}\r\n{"status":"Done"}');
    for (const byte of line) {
      await new Promise((resolve) => response.write(Buffer.from([byte]), resolve));
    }
    response.end();
  });
  expect(await pulled('bücher:5000/x')).toEqual(['Pulling from bücher', 'Done']);
  expect(engine.requests[0]?.query).toEqual({ fromImage: 'bücher:5000/x', tag: 'latest' });
});

test('a pull that fails half-way throws what the engine says', async () => {
  engine.answer('POST /images/create', (_, response) => {
    response.end('{"status":"Pulling"}\n{"errorDetail":{"message":"no space left"}}\n');
  });
  await expect(pulled('busybox')).rejects.toMatchObject({
    code: 'engine',
    message: 'no space left',
  });
});

test('a reference is split into name and tag or digest', () => {
  expect(splitReference('busybox')).toEqual({ name: 'busybox', tag: 'latest' });
  expect(splitReference('localhost:5000/a/b')).toEqual({
    name: 'localhost:5000/a/b',
    tag: 'latest',
  });
  expect(splitReference('localhost:5000/a:1')).toEqual({ name: 'localhost:5000/a', tag: '1' });
  expect(splitReference('a:1@sha256:00')).toEqual({ name: 'a', tag: 'sha256:00' });
});

test('the full name of a reference', () => {
  expect(canonicalReference('busybox')).toBe('docker.io/library/busybox:latest');
  expect(canonicalReference('me/app:2')).toBe('docker.io/me/app:2');
  expect(canonicalReference('localhost/app')).toBe('localhost/app:latest');
  expect(canonicalReference('r.io:5000/app@sha256:00')).toBe('r.io:5000/app@sha256:00');
});
