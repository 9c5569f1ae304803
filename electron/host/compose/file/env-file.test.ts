// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such texts are what is tested.
import { expect, it } from 'vitest';
import { parseEnvFile, parseRawEnvFile, readEnvFile } from './env-file.ts';

const env: Record<string, string> = { HOME: '/home/me' };
const parse = (text: string) => parseEnvFile(text, (name) => env[name]);

it('takes names and values', () => {
  const text = '# comment\nA=1\n\nexport B = two words  # not this\nC=\nD: yaml\nE.F-G=x#y\r\n';
  expect(parse(text)).toEqual({ A: '1', B: 'two words', C: '', D: 'yaml', 'E.F-G': 'x#y' });
});

it('takes quoted values as they are meant', () => {
  expect(parse(`A='$HOME # x'\nB="a\\n$HOME \\"q\\" \\$HOME"\nC="two\nlines"\n`)).toEqual({
    A: '$HOME # x',
    B: 'a\n/home/me "q" $HOME',
    C: 'two\nlines',
  });
});

it('fills in what stands above, and what the caller has wins', () => {
  expect(parse('A=1\nB=${A}2\nHOME=/elsewhere\nC=$HOME')).toEqual({
    A: '1',
    B: '12',
    HOME: '/elsewhere',
    C: '/home/me',
  });
});

it('takes a name alone from the caller', () => {
  expect(parse('HOME\nNONE\n')).toEqual({ HOME: '/home/me' });
});

it('takes a quote after a backslash as part of a single-quoted value', () => {
  expect(parse("A='adsf#\\'#sdf\\'jklo'#bla\nB='C:\\'\nC='x'\n")).toEqual({
    ...{ A: "adsf#'#sdf'jklo", B: 'C:\\', C: 'x' },
  });
});

it('takes everything after the sign in the raw format', () => {
  const text = '# note\nR1="q $X" # c\nHOME\nNONE\n';
  const variables = (name: string) => (name === 'HOME' ? '/home/me' : undefined);
  expect(parseRawEnvFile(text, variables)).toEqual({ R1: '"q $X" # c', HOME: '/home/me' });
});

it('blanks without end have no comment after them', () => {
  const blanks = ' '.repeat(300_000);
  expect(parseEnvFile(`A=x${blanks}y\nB=z # c`, () => undefined)).toEqual({
    ...{ A: `x${blanks}y`, B: 'z' },
  });
});

it('a directory is not a file of variables', async () => {
  expect(await readEnvFile(import.meta.dirname, () => undefined)).toBeUndefined();
});
