import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const checkout = join(import.meta.dirname, '..');

/**
 * The unit tests that replace modules (`vi.mock`), which only Vitest's own loader can do. The paths are
 * relative to the checkout.
 */
export function mockingFiles(): string[] {
  return globSync('{electron,guest-agent,vm-image,build}/**/*.test.ts', { cwd: checkout })
    .filter((path) => readFileSync(join(checkout, path), 'utf8').includes('vi.mock('))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}
