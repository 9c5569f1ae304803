import { expect, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { privatePlaces, withheldFrom } from './private-places.ts';

const owner = { home: '/home/me', berth: '/home/me/.berth' };
const share = (...paths: string[]) => paths.map((path) => ({ path }));
const withheld = (
  folder: string,
  folders = share(folder),
  platform: NodeJS.Platform = 'linux',
  places = privatePlaces(platform, owner),
) => withheldFrom(folder, folders, platform, places);

test.skipIf(onWindows('its paths aren’t Linux’s'))(
  'the keys and passwords in a home directory are withheld',
  () => {
    expect(withheld('/home/me')).toEqual(
      expect.arrayContaining(['.berth', '.ssh', '.docker', '.gnupg', '.aws', '.kube', '.mozilla']),
    );
    expect(withheld('/')).toContain('home/me/.ssh');
    expect(withheld('/home/me', share('/home/me'), 'darwin')).toEqual(
      expect.arrayContaining(['Library/Keychains', 'Library/Application Support/Google/Chrome']),
    );
    expect(withheld('/home/me', share('/home/me'), 'win32')).toContain(
      'AppData/Roaming/Microsoft/Credentials',
    );
  },
);

test.skipIf(onWindows('its paths aren’t Linux’s'))(
  'a place that the user names is shared, and so is everything in it',
  () => {
    expect(withheld('/home/me', share('/home/me', '/home/me/.ssh'))).not.toContain('.ssh');
    expect(withheld('/home/me/.docker')).toEqual([]);
    expect(withheld('/home/me/.docker/buildx')).toEqual([]);
    expect(withheld('/home/me', share('/home/me', '/home/me/.docker/buildx'))).toContain('.docker');
    expect(withheld('/home/me/work')).toEqual([]);
  },
);

test('Windows compares names without case', () => {
  const places = ['C:\\Users\\Me\\.ssh'];
  expect(withheld('c:/users/me', share('c:/users/me'), 'win32', places)).toEqual(['.ssh']);
  expect(withheld('C:\\', share('C:\\', 'c:/users/ME/.SSH'), 'win32', places)).toEqual([]);
});
