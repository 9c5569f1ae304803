import type { Container } from 'kubernetes-types/core/v1.js';

/** A port by its number, or by the name that the container gives it. */
export function portNumber(port: number | string, { ports = [] }: Container): number | undefined {
  const number = typeof port === 'number' || /^\d+$/.test(port) ? Number(port) : undefined;
  const found = number ?? ports.find(({ name }) => name === port)?.containerPort;
  return found !== undefined && found > 0 && found < 65536 ? found : undefined;
}
