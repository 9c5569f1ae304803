import { HostError } from '../../host/base/errors.ts';

export function invalidTemplate(reason: string): HostError {
  return new HostError('invalid', `the template is not valid: ${reason}`);
}
