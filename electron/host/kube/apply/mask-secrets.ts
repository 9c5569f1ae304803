import { isRecord } from '../../base/is-record.ts';

type Plain = Readonly<Record<string, unknown>>;

const SAME = '***';

/** Both versions of an object, with the values of a Secret replaced: only that they differ stays. */
export function maskSecrets(
  before: Plain | undefined,
  after: Plain,
): readonly [Plain | undefined, Plain] {
  if (after.kind !== 'Secret') return [before, after];
  const old = dataOf(before);
  const next = dataOf(after);
  const mask = (own: Plain, other: Plain | undefined, word: string) =>
    Object.fromEntries(
      Object.entries(own).map(([key, value]) => [
        key,
        other === undefined || !(key in other) || other[key] === value ? SAME : `${SAME} (${word})`,
      ]),
    );
  const hide = (object: Plain, data: Plain): Plain => {
    const { stringData: _, ...rest } = object;
    return { ...rest, ...(Object.keys(data).length > 0 && { data }) };
  };
  return [
    before && hide(before, mask(old ?? {}, next, 'before')),
    hide(after, mask(next ?? {}, old, 'after')),
  ];
}

function dataOf(object: Plain | undefined): Plain | undefined {
  if (object === undefined) return undefined;
  const encoded = isRecord(object.data) ? object.data : {};
  const texts = isRecord(object.stringData) ? object.stringData : {};
  const fromTexts = Object.entries(texts).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  return { ...encoded, ...Object.fromEntries(fromTexts) };
}
