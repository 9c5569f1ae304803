import type { EphemeralContainer } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { checkDebugContainers } from './debug-containers.ts';
import { FieldErrors } from './field-errors.ts';

const spec = (...ephemeralContainers: EphemeralContainer[]) => ({
  containers: [{ name: 'web', image: 'web' }],
  ephemeralContainers,
});
const shell: EphemeralContainer = { name: 'shell', image: 'box' };

/** What is wrong with a change, if anything. */
function mistakes(after: EphemeralContainer[], before: EphemeralContainer[] = []) {
  const errors = new FieldErrors();
  checkDebugContainers(spec(...after), spec(...before), errors);
  try {
    errors.throwIfAny('pod');
    return '';
  } catch (error) {
    return String(error);
  }
}

it('takes more debug containers, and keeps those before', () => {
  expect(mistakes([shell])).toBe('');
  expect(mistakes([shell, { ...shell, name: 'other', targetContainerName: 'web' }], [shell])).toBe(
    '',
  );
  expect(mistakes([], [shell])).toContain('"shell" may not be changed');
  expect(mistakes([{ ...shell, image: 'new' }], [shell])).toContain('may not be changed');
});

it('refuses what a debug container can’t have', () => {
  expect(mistakes([{ name: 'web', image: 'box' }])).toContain('Duplicate value: "web"');
  expect(mistakes([{ ...shell, targetContainerName: 'db' }])).toContain('Not found: "db"');
  expect(mistakes([{ name: 'shell' }])).toContain('image: Required value');
  expect(mistakes([{ ...shell, ports: [{ containerPort: 80 }] }])).toContain(
    '[0].ports: Forbidden',
  );
  const resources = { limits: { memory: '1Mi' } };
  expect(mistakes([{ ...shell, resources }])).toContain('[0].resources: Forbidden');
});
