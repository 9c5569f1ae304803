import { expect, it } from 'vitest';
import { readManifests } from '../manifests/read-manifests.ts';
import { nameInRegistry } from './local-images.ts';
import { imagesOf, withImages } from './manifest-images.ts';

const text = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {initContainers: [{name: i, image: setup}], containers: [{name: c, image: web}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: b}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: "job:1"}]}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: c}
spec: {template: {spec: {containers: [{name: c, image: web}]}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: d}
data: {image: no}
`;

it('finds and replaces the images of all kinds of pods', () => {
  const manifests = readManifests({ file: 'a.yaml', text }, (problem) => {
    throw new Error(problem.message);
  });
  expect(imagesOf(manifests)).toEqual(['setup', 'web', 'job:1']);
  const replaced = withImages(manifests, new Map([['web', 'r.example.com/web:1']]));
  expect(imagesOf(replaced)).toEqual(['setup', 'r.example.com/web:1', 'job:1']);
  expect(imagesOf(manifests)).toContain('web');
});

it.each([
  ['web', 'r.example.com/team', 'r.example.com/team/web:latest'],
  ['me/web:2', 'localhost:5000/', 'localhost:5000/me/web:2'],
  ['other.example.com/a/web:2', 'r.example.com', 'r.example.com/a/web:2'],
])('%s in %s is %s', (image, registry, name) => {
  expect(nameInRegistry(image, registry)).toBe(name);
});
