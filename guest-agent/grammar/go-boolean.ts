/** A boolean in the spellings of Go's `strconv.ParseBool`. Undefined for any other text. */
export function goBoolean(text: string): boolean | undefined {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}
