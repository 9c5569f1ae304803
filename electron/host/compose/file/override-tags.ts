import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLWarning,
} from 'yaml';

/** Removes what earlier files say. */
const RESET = '!reset';
/** Replaces what earlier files say, instead of being merged with it. */
const OVERRIDE = '!override';
const MERGE_KEY = '<<';

/** Whether the warning is about one of the tags of the Compose specification. */
export const isKnownTag = ({ message }: YAMLWarning): boolean =>
  /Unresolved tag: !(reset|override)\b/.test(message);

/**
 * Removes the values with the tag `!reset`, and the tag `!override` from other values. Returns the paths
 * of both. (Compose specification, "Merge".)
 */
export function takeTags(document: Document.Parsed): string[][] {
  const found: string[][] = [];
  // Each anchor once: its paths count where the anchor is.
  const seen = new Set<Node>();
  const isReset = (node: unknown, path: readonly string[]): boolean => {
    const target = isAlias(node) ? node.resolve(document) : (node as Node | null);
    if (!target) return false;
    if (target.tag === RESET || target.tag === OVERRIDE) found.push([...path]);
    if (target.tag === RESET) return true;
    if (target.tag === OVERRIDE && isScalar(target)) {
      // A value with an unknown tag is read as text.
      target.value = parseDocument(target.source ?? '').toJS();
    }
    if (seen.has(target)) return false;
    seen.add(target);
    const keep = (child: unknown, key: string) =>
      !isReset(child, key === MERGE_KEY ? path : [...path, key]);
    if (isMap(target)) {
      target.items = target.items.filter(({ key, value }: Pair) => keep(value, String(key)));
    } else if (isSeq(target)) {
      target.items = target.items.filter((item, index) => keep(item, String(index)));
    }
    return false;
  };
  isReset(document.contents, []);
  return found;
}
