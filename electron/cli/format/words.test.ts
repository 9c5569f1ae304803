import { expect, test } from 'vitest';
import { humanDuration } from './duration.ts';
import { displayPorts } from './ports.ts';
import { binarySize, humanSize } from './size.ts';

test.each([
  [0.4, 'Less than a second'],
  [1.9, '1 second'],
  [59, '59 seconds'],
  [119, 'About a minute'],
  [120, '2 minutes'],
  [59 * 60, '59 minutes'],
  [3600, 'About an hour'],
  [5400, '2 hours'],
  [47 * 3600, '47 hours'],
  [48 * 3600, '2 days'],
  [13.9 * 86400, '13 days'],
  [14 * 86400, '2 weeks'],
  [60 * 86400, '2 months'],
  [729 * 86400, '24 months'],
  [731 * 86400, '2 years'],
])('%d seconds are "%s"', (seconds, words) => {
  expect(humanDuration(seconds)).toBe(words);
});

test('sizes', () => {
  expect([0, 999, 1000, 4_270_000, 1_234_567_890].map((bytes) => humanSize(bytes, 3))).toEqual([
    '0B',
    '999B',
    '1kB',
    '4.27MB',
    '1.23GB',
  ]);
  expect(humanSize(1_234_567)).toBe('1.235MB');
  expect(binarySize(2 * 1024 ** 3)).toBe('2GiB');
});

test('ports: ranges with the same numbers first, mapped ports last', () => {
  expect(
    displayPorts([
      { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { PrivatePort: 443, Type: 'tcp' },
      { IP: '127.0.0.1', PrivatePort: 9001, PublicPort: 9001, Type: 'tcp' },
      { IP: '127.0.0.1', PrivatePort: 9000, PublicPort: 9000, Type: 'tcp' },
      { PrivatePort: 53, Type: 'udp' },
    ]),
  ).toBe(
    '53/udp, 443/tcp, 127.0.0.1:9000-9001->9000-9001/tcp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp',
  );
  expect(displayPorts([])).toBe('');
});
