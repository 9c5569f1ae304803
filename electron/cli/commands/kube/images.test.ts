import { afterEach, beforeEach, expect, it } from 'vitest';
import { pods } from '../../../../guest-agent/kube/objects/resources.ts';
import { startStandInRegistry } from '../../../../guest-agent/registry/testing/stand-in-registry.ts';
import { StandInUploads } from '../../../../guest-agent/registry/testing/stand-in-uploads.ts';
import { KubeSetup } from '../../testing/kube-setup.ts';

let setup: KubeSetup;

beforeEach(async () => {
  setup = await KubeSetup.start();
  await setup.engine.addImage('web:1');
});

afterEach(() => setup.close());

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "web:1"}, {name: other, image: nginx}]}
`;

it('names images that only Berth has, and changes nothing', async () => {
  const file = await setup.file(POD);
  const { exitCode, stderr } = await setup.kube(['apply', '-f', file, '--yes']);
  expect(stderr).toContain(
    'context "stand-in" can\'t get these images, which exist only in Berth: web:1',
  );
  expect(stderr).toContain('--registry HOST/PATH');
  expect(exitCode).toBe(1);
  expect(setup.cluster.objects.list(pods)).toEqual([]);
  // Berth's own engine has the image.
  expect(await setup.kube(['play', file])).toMatchObject({ exitCode: 0 });
});

it('pushes them to a registry, and names them there', async () => {
  const registry = await startStandInRegistry({ images: {}, uploads: new StandInUploads() });
  const file = await setup.file(POD);
  const words = ['apply', '-f', file, '--yes', '--registry', `${registry.host}/team`];
  const { exitCode, stderr } = await setup.kube(words).finally(() => registry.stop());
  expect(stderr).toContain(' Pod web  Created\n');
  expect(exitCode).toBe(0);
  const [pod] = setup.cluster.objects.list(pods, 'default');
  expect(pod?.spec?.containers.map(({ image }) => image)).toEqual([
    expect.stringMatching(/^[^/]+\/team\/web:1@sha256:[0-9a-f]{64}$/),
    'nginx',
  ]);
});
