import { expect, test } from 'vitest';
import { projectOf } from '../testing/project-of.ts';
import { configDocument, configJson } from './config-document.ts';
import { goYaml } from './go-yaml.ts';

const text = `
name: shop
x-team: {b: 1, a: yes please}
services:
  a:
    build: {dockerfile_inline: "FROM box\\n"}
    privileged: false
    init: false
    user: 33:33
    restart: "no"
    environment: {PRICE: "5$$", LINES: "one\\ntwo\\n", QUOTED: "it's # so", EMPTY: "", LONG: "${'word '.repeat(40)}end"}
    volumes: [/anonymous]
    x-owner: me
`;

test('the document is written as docker compose writes it', async () => {
  expect(goYaml(configDocument(await projectOf(text)))).toBe(`name: shop
services:
  a:
    build:
      context: /work/shop
      dockerfile_inline: |
        FROM box
    environment:
      EMPTY: ""
      LINES: |
        one
        two
      LONG: ${'word '.repeat(40)}end
      PRICE: 5$
      QUOTED: 'it''s # so'
    init: false
    networks:
      default: null
    restart: "no"
    user: "33:33"
    volumes:
      - type: volume
        target: /anonymous
    x-owner: me
networks:
  default:
    name: shop_default
x-team:
  a: yes please
  b: 1
`);
});

test('JSON has commands that are not set, and escapes as Go writes them', async () => {
  const json = configJson(await projectOf('services: {a: {image: box, hostname: "a<b"}}'));
  expect(json).toContain('"hostname": "a\\u003cb"');
  expect(JSON.parse(json).services.a).toMatchObject({ command: null, entrypoint: null });
});
