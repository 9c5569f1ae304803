import * as z from 'zod';
import { flag, listOf, mapOf, text } from './connection/reply.ts';

/** A container's configuration, and the part its image supplies. An absent field means that nothing was requested. */
export const configSchema = z.looseObject({
  Hostname: text,
  User: text,
  WorkingDir: text,
  Env: listOf(z.string()),
  Cmd: listOf(z.string()),
  Entrypoint: listOf(z.string()),
  Labels: mapOf(z.string()),
  ExposedPorts: mapOf(z.unknown()),
  Volumes: mapOf(z.unknown()),
  Healthcheck: z.unknown().optional(),
  StopSignal: text,
  Tty: flag,
  OpenStdin: flag,
});
export type Config = z.output<typeof configSchema>;
