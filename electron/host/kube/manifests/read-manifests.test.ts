import { expect, it } from 'vitest';
import { problemText } from '../../compose/file/problem.ts';
import { readManifests } from './read-manifests.ts';

function read(text: string) {
  const problems: string[] = [];
  const manifests = readManifests({ file: 'a.yaml', text }, (each) =>
    problems.push(problemText(each)),
  );
  return { problems, manifests };
}

it('reads numbers and booleans as kubectl does', () => {
  const { manifests } = read(`apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {mode: 0644, on: yes, port: 22:22, version: "1.20", time: 2026-01-02}
`);
  const [manifest] = manifests;
  expect(manifest?.object.data).toEqual({
    ...{ mode: 0o644, port: '22:22', version: '1.20', time: '2026-01-02' },
    true: true,
  });
});

it('finds the items of lists, with their lines', () => {
  const { manifests, problems } = read(`apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
  spec:
    containers:
    - image: nginx
`);
  expect(problems).toEqual([]);
  expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['a']);
  expect(manifests[0]?.placeOf(['spec', 'containers', 0, 'image'])).toEqual({ line: 9, column: 7 });
  expect(manifests[0]?.placeOf(['spec', 'nosuch'])).toEqual({ line: 7, column: 3 });
});

it('skips empty documents, and reports text that isn’t YAML', () => {
  expect(read('---\n# nothing\n---\n')).toEqual({ problems: [], manifests: [] });
  expect(read('a: [1\nb: 2\n').problems[0]).toMatch(/^a\.yaml:2:\d+: /);
  expect(read('apiVersion: v1\nkind: [Pod]\nmetadata: 5\n').problems).toEqual([
    'a.yaml:2:1: kind is missing',
    'a.yaml:3:1: metadata is missing',
  ]);
});

it('refuses kustomizations', () => {
  const text =
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: a}\n';
  expect(read(text).problems[0]).toContain('kubectl kustomize');
});
