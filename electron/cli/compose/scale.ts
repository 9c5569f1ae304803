import { HostError } from '../../host/base/errors.ts';

/** Reads `SERVICE=NUMBER`. `what` names the flag or operand in the message. */
export function parseScale(text: string, what = 'option'): [service: string, count: number] {
  const [, service, count] = /^(.+)=(\d+)$/.exec(text) ?? [];
  if (service !== undefined) return [service, Number(count)];
  const form = what === 'option' ? '--scale option' : 'scale specifier';
  throw new HostError('invalid', `invalid ${form} "${text}". Should be SERVICE=NUM`);
}
