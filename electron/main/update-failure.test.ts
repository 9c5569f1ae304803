import { expect, it } from 'vitest';
import { updateFailure } from './update-failure.ts';

const failure = (message: string, code?: string) => Object.assign(new Error(message), { code });

it.each([
  ['net::ERR_CONNECTION_REFUSED', undefined, /can't be reached \(ERR_CONNECTION_REFUSED\)/],
  ['connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED', /can't be reached \(ECONNREFUSED\)/],
  ['404 Not Found\nHeaders: {}', 'HTTP_ERROR_404', /no version for this system/],
  ['Cannot find channel', 'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND', /no version for this system/],
  ['503 \nHeaders: { "secret": 1 }', 'HTTP_ERROR_503', /answered with error 503/],
  ['sha512 checksum mismatch, expected A, got B', 'ERR_CHECKSUM_MISMATCH', /wrong checksum/],
  ['New version is not signed', 'ERR_UPDATER_INVALID_SIGNATURE', /wrong signature/],
])('%s (%s)', (message, code, words) => {
  const text = updateFailure(failure(message, code), 'download');
  expect(text).toMatch(/^Berth couldn't download the update: /);
  expect(text).toMatch(words);
  expect(text).not.toContain('\n');
  expect(text).toMatch(/Try again later\.$|then try again\.$/);
});

it('keeps the first line of any other failure', () => {
  expect(updateFailure(failure('EACCES: permission denied\n  at x'), 'install')).toBe(
    "Berth couldn't install the update: EACCES: permission denied. Download the new version and install it yourself.",
  );
});
