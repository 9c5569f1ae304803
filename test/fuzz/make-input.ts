import { Random } from '../fixtures/random.ts';
import { type Material, mutate } from './mutate.ts';
import { mutateJson } from './mutate-json.ts';
import type { Target } from './target.ts';

/** How often an input comes from the grammar, and how often it then stays as it is. */
const GRAMMAR_CHANCE = 0.5;
const WHOLE_CHANCE = 0.5;
const JSON_CHANCE = 0.6;

/** Makes the inputs of a target. Each depends only on the seed and its number. */
export function inputsOf(target: Target, corpus: readonly Buffer[], seed: number) {
  const seeds = [...target.seeds.map((each) => Buffer.from(each)), ...corpus];
  const material: Material = { seeds, words: target.words ?? [] };
  const { maxBytes = Number.POSITIVE_INFINITY } = target;
  const inputAt = (index: number): Buffer => {
    const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
    const { generate } = target;
    if (generate && random.chance(GRAMMAR_CHANCE)) {
      const made = Buffer.from(generate(random));
      return random.chance(WHOLE_CHANCE) ? made : mutate(random, made, material);
    }
    const from = random.pickFrom(seeds) ?? Buffer.alloc(0);
    if (target.isJson && random.chance(JSON_CHANCE)) {
      let text = from.toString();
      for (let left = random.integer(1, 4); left > 0; left--)
        text = mutateJson(random, text) ?? text;
      return Buffer.from(text);
    }
    return mutate(random, from, material);
  };
  return (index: number) => inputAt(index).subarray(0, maxBytes);
}
