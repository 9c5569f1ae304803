import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';

const { resolve } = createRequire(import.meta.url);

/** Loads PowerShell's grammar. The returned function lists the parts of a script that aren't PowerShell. */
export async function powershellGrammar(): Promise<(script: string) => string[]> {
  await Parser.init({ locateFile: () => resolve('web-tree-sitter/web-tree-sitter.wasm') });
  const parser = new Parser();
  const grammar = resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
  parser.setLanguage(await Language.load(grammar));
  return (script) => {
    const root = parser.parse(script)?.rootNode;
    if (!root) return ['nothing was parsed'];
    if (!root.hasError) return [];
    const found = root.descendantsOfType('ERROR').flatMap((node) => node?.text ?? []);
    return found.length > 0 ? found : ['a token is missing'];
  };
}
