import { Document, isMap, isScalar, Scalar, stringify, visit } from 'yaml';

/** Words that YAML 1.1 takes for a boolean. */
const OLD_BOOLEAN = /^(y|yes|on|n|no|off)$/i;
/** Numbers with colons, such as `33:33`, have the base 60 in YAML 1.1. */
const BASE_60 = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/;
const TIMESTAMP = /^\d{4}-\d\d?-\d\d?([Tt ].*)?$/;
const OTHER_TYPE =
  /^(~|null|Null|NULL|true|True|TRUE|false|False|FALSE|<<|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))?$/;
const NUMBER =
  /^[-+]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9_]+([eE][-+]?[0-9]+)?)$/;

/** Whether a reader of YAML could take the text for something else than text. */
const isAmbiguous = (text: string) =>
  [OTHER_TYPE, OLD_BOOLEAN, BASE_60, TIMESTAMP, NUMBER].some((pattern) => pattern.test(text));

/**
 * Writes YAML with the indents and quotes of Go's library, so that people can compare the output with that of
 * `docker compose`: lines are never folded, text with line breaks is a block, text that looks like
 * another type has double quotes, and other text that needs quotes has single ones.
 */
export function goYaml(value: unknown, indent = 2): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== 'string') return;
      if (node.value.includes('\n')) node.type = Scalar.BLOCK_LITERAL;
      else if (isAmbiguous(node.value)) node.type = Scalar.QUOTE_DOUBLE;
      // The library prefers double quotes for text with an apostrophe.
      else if (/^"[^\\]*'[^\\]*$/.test(stringify(node.value, { lineWidth: 0 }))) {
        node.type = Scalar.QUOTE_SINGLE;
      }
    },
    Pair(_, { key, value: child }) {
      if (isScalar(key) && isMap(child) && child.items.length === 0) child.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, singleQuote: true, indent });
}
