import { expect, it } from 'vitest';
import { mayHoldSecrets } from './secret-files.ts';

it.each([
  '/app/.env',
  '/app/.env.local',
  '/etc/shadow',
  '/root/.ssh/id_ed25519',
  '/tls/server.key',
])('takes %s for secret', (path) => expect(mayHoldSecrets(path)).toBe(true));

it.each(['/etc/passwd', '/app/compose.yaml', '/app/environment.ts', 'C:\\shop\\compose.yaml'])(
  'takes %s for an ordinary file',
  (path) => expect(mayHoldSecrets(path)).toBe(false),
);
