import { expect, test } from 'vitest';
import { type SteppedImage, steppedImageDocuments } from '../engine/images/store/commit.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { parsePlatform } from '../registry/platform.ts';
import { buildkit } from './dialect.ts';
import { finishedImage } from './finished-image.ts';
import { initialState } from './initial-state.ts';
import type { BuildSession, DoneStep } from './session.ts';

/** The times of the steps of a new image, which has these steps on a base image of 2001. */
async function times(...steps: DoneStep[]) {
  let committed: SteppedImage | undefined;
  const images = {
    commitSteps: async (request: SteppedImage) => {
      committed = request;
      return {} as StoredImage;
    },
  };
  const base = {
    id: 'sha256:base',
    layers: [],
    document: { history: [{ created: '2001' }] },
  } as unknown as StoredImage;
  await finishedImage({ images, options: {}, dialect: buildkit } as unknown as BuildSession, {
    ...initialState(base, {}),
    steps,
  });
  return committed?.steps.map(({ created }) => created);
}

const files = (created: string): DoneStep => ({
  createdBy: 'RUN',
  files: {
    ...{ key: '', layer: 'sha256:x', size: 1, description: '', parent: '', uses: 1 },
    ...{ created, lastUsed: created },
  },
});
const label: DoneStep = { createdBy: 'LABEL' };

test('steps that only change the configuration have the time of files, so the image stays the same', async () => {
  expect(await times(label)).toEqual(['2001']);
  expect(await times(label, files('2020'))).toEqual(['2020', '2020']);
  expect(await times(files('2020'), label)).toEqual(['2020', '2020']);
  expect(await times(files('2020'), label, files('2022'), label)).toEqual([
    '2020',
    '2022',
    '2022',
    '2022',
  ]);
});

test('a stage without steps is the image that it begins with', async () => {
  expect(await times()).toBeUndefined();
});

test('an image from scratch without steps has no history', async () => {
  const requests: SteppedImage[] = [];
  const images = {
    commitSteps: async (request: SteppedImage) => {
      requests.push(request);
      return {} as StoredImage;
    },
  };
  const session = { images, options: {}, dialect: buildkit } as unknown as BuildSession;
  await finishedImage(session, initialState(undefined, { WorkingDir: '/' }));
  expect(requests).toMatchObject([{ parent: undefined, config: { WorkingDir: '/' }, steps: [] }]);
});

test('BuildKit names the author in the image, and not in its steps', async () => {
  const requests: SteppedImage[] = [];
  const images = {
    commitSteps: async (request: SteppedImage) => {
      requests.push(request);
      return {} as StoredImage;
    },
  };
  await finishedImage({ images, options: {}, dialect: buildkit } as unknown as BuildSession, {
    ...initialState(undefined, {}),
    steps: [{ createdBy: 'MAINTAINER me', author: 'me' }],
  });
  const [request] = requests;
  if (request === undefined) throw new Error('nothing was committed');
  const { document } = steppedImageDocuments(request, () => 0);
  expect(document.author).toBe('me');
  expect(document.history?.map(({ author }) => author)).toEqual([undefined]);
});

test.each([
  // The client's `--platform`, the platform of the base image, and the platform in the result.
  ['linux/arm64', undefined, { os: 'linux', architecture: 'arm64' }],
  ['linux/arm64', 'linux/amd64', { os: 'linux', architecture: 'arm64' }],
  ['linux/arm64', 'linux/arm64', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
  ['linux/arm/v6', 'linux/arm/v7', { os: 'linux', architecture: 'arm', variant: 'v6' }],
  [undefined, 'linux/arm/v7', { os: 'linux', architecture: 'arm', variant: 'v7' }],
])('a build for %s on a base image for %s', async (wanted, base, platform) => {
  const requests: SteppedImage[] = [];
  const images = {
    commitSteps: async (request: SteppedImage) => {
      requests.push(request);
      return {} as StoredImage;
    },
  };
  const options = wanted === undefined ? {} : { platform: parsePlatform(wanted) };
  const image =
    base === undefined
      ? undefined
      : ({
          id: 'sha256:base',
          layers: [],
          document: parsePlatform(base),
        } as unknown as StoredImage);
  const session = { images, options, dialect: buildkit } as unknown as BuildSession;
  await finishedImage(session, { ...initialState(image, {}), steps: [label] });
  expect(requests[0]?.platform).toEqual(platform);
});
