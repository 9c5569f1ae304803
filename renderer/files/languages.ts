import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { StreamLanguage } from '@codemirror/language';
import { css } from '@codemirror/legacy-modes/mode/css';
import { dockerFile } from '@codemirror/legacy-modes/mode/dockerfile';
import { javascript } from '@codemirror/legacy-modes/mode/javascript';
import { nginx } from '@codemirror/legacy-modes/mode/nginx';
import { properties } from '@codemirror/legacy-modes/mode/properties';
import { python } from '@codemirror/legacy-modes/mode/python';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { toml } from '@codemirror/legacy-modes/mode/toml';
import { html, xml } from '@codemirror/legacy-modes/mode/xml';
import type { Extension } from '@codemirror/state';

/** By file extension, or by the full name. */
const LANGUAGES: readonly (readonly [name: RegExp, language: () => Extension])[] = [
  [/\.ya?ml$/i, yaml],
  [/\.(json|jsonc|map)$/i, json],
  [/(\.|^)dockerfile$|^containerfile$/i, () => StreamLanguage.define(dockerFile)],
  [/nginx.*\.conf$|^(mime\.types|default\.conf)$/i, () => StreamLanguage.define(nginx)],
  [/\.(m?js|cjs|ts)$/i, () => StreamLanguage.define(javascript)],
  [/\.css$/i, () => StreamLanguage.define(css)],
  [/\.html?$/i, () => StreamLanguage.define(html)],
  [/\.(xml|svg)$/i, () => StreamLanguage.define(xml)],
  [/\.py$/i, () => StreamLanguage.define(python)],
  [/\.toml$/i, () => StreamLanguage.define(toml)],
  [/\.(sh|bash|ash)$|^\.(profile|bashrc|ashrc)$/i, () => StreamLanguage.define(shell)],
  [/\.(ini|conf|cfg|cnf|properties|env)$|^\.env/i, () => StreamLanguage.define(properties)],
];

/** The language of a file's text; undefined when the name doesn't tell. */
export const languageOf = (name: string): Extension =>
  LANGUAGES.find(([pattern]) => pattern.test(name))?.[1]() ?? [];
