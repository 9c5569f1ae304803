// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such texts are what is tested.
import { expect, it } from 'vitest';
import { loadModel } from './load.ts';
import { variablesOf } from './template-variables.ts';

const model = async (text: string, options: { override?: string; normalize?: boolean } = {}) => {
  const [file, over] = ['/work/shop/compose.yaml', '/work/shop/more.yaml'];
  const loaded = await loadModel({
    files: options.override === undefined ? [file] : [file, over],
    env: { KNOWN: 'yes' },
    normalize: options.normalize,
    edited: new Map([
      [file, text],
      [over, options.override ?? ''],
    ]),
  });
  expect(loaded.problems).toEqual([]);
  return loaded.model;
};

it('keeps variables, and writes short forms out where it can read them', async () => {
  const web = { image: 'box:${TAG:-1}', ports: ['${PORT}:80'], depends_on: ['db'] };
  const text = JSON.stringify({ services: { web, db: { image: 'box', ports: ['1:2'] } } });
  expect(await model(text)).toEqual({
    name: 'shop',
    services: {
      web: {
        ...web,
        depends_on: { db: { condition: 'service_started', required: true } },
        networks: { default: null },
      },
      db: {
        image: 'box',
        networks: { default: null },
        ports: [{ mode: 'ingress', published: '1', target: 2, protocol: 'tcp' }],
      },
    },
    networks: { default: { name: 'shop_default' } },
  });
});

it('merges maps that can be lists as lists', async () => {
  const merged = await model('services: {a: {image: box, environment: {A: 1, B: $X, KNOWN: }}}', {
    override: 'services: {a: {environment: [A=2]}}',
    normalize: false,
  });
  expect(merged).toEqual({
    services: { a: { image: 'box', environment: ['A=2', 'B=$X', 'KNOWN=yes'] } },
  });
});

it('finds the variables in texts, also those in defaults', async () => {
  const texts = ['$A and $$B', '${C:-${D?no}}', '${E+set}', ['${', { f: '${A-1}' }]];
  expect([...variablesOf(texts).values()]).toEqual([
    { name: 'A', defaultValue: '1', presenceValue: '', required: false },
    { name: 'C', defaultValue: '${D?no}', presenceValue: '', required: false },
    { name: 'D', defaultValue: '', presenceValue: '', required: true },
    { name: 'E', defaultValue: '', presenceValue: 'set', required: false },
  ]);
});
