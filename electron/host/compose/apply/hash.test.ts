import { expect, it } from 'vitest';
import { projectOf } from '../testing/project-of.ts';
import { networkHash, serviceHash, volumeHash } from './hash.ts';

const text = (change = '') => `
name: p2
services:
  db:
    image: busybox
    command: sleep 1000
    init: true
    volumes: [data:/data, /anon]
    healthcheck: {test: ["CMD", "true"], interval: 1s}
    ${change}
volumes:
  data:
    labels: [z=1]
`;

const hashOf = async (change?: string) => {
  const { services } = await projectOf(text(change));
  return services.db ? serviceHash(services.db) : '';
};

// As `docker compose config --hash` and the labels of its containers, networks and volumes have it.
it('matches the hash of docker compose 2.40', async () => {
  const { services, networks, volumes } = await projectOf(text());
  expect(services.db && serviceHash(services.db)).toBe(
    '5911a53cfc6bad8583ae2d9b1b83ac581a77cea8cf94b80eaf53454a90bbf35b',
  );
  expect(networks.default && networkHash(networks.default)).toBe(
    '605007a31f1444a41649e8f9df103d9ac404d17a5bbc2a567612bbd30f6534fa',
  );
  expect(volumes.data && volumeHash(volumes.data)).toBe(
    '6973950853a14763dce945c7aee715fcbb4238fc4061c8e5a05fe550bcdc75b1',
  );
});

it.each(['scale: 3', 'deploy: {}', 'build: .', 'pull_policy: always', 'user: "1"'])(
  'tells whether the container itself changes with %s',
  async (change) => {
    const isSame = (await hashOf(change)) === (await hashOf());
    expect(isSame).toBe(!/user|deploy/.test(change));
  },
);
