import { LineCounter, parseAllDocuments, type ScalarTag } from 'yaml';
import * as z from 'zod';
import { type Keys, legacyOctal, placeIn } from '../../compose/file/document.ts';
import type { Problem } from '../../compose/file/problem.ts';
import type { Manifest, ManifestObject } from './manifest.ts';

/** A file, or what was read from a URL or standard input. */
export interface ManifestText {
  /** For messages. */
  readonly file: string;
  readonly text: string;
}

/** `yes` and `on` are booleans, as for kubectl. */
const legacyBoolean: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/,
  resolve: (text) => /^(yes|on)$/i.test(text),
};

const KUSTOMIZATION = 'kustomize.config.k8s.io';

const objectSchema = z.looseObject({
  apiVersion: z.string('apiVersion is missing'),
  kind: z.string('kind is missing'),
  metadata: z.looseObject(
    {
      name: z.string('metadata.name is missing').min(1, 'metadata.name is empty'),
      namespace: z.string('metadata.namespace must be a string').nullish(),
    },
    'metadata is missing',
  ),
});
const listSchema = z.looseObject({ kind: z.string().regex(/List$/), items: z.array(z.unknown()) });

/**
 * The objects of a file: one or more documents, and the items of lists. Reports each mistake with
 * its line and column.
 */
export function readManifests(
  { file, text }: ManifestText,
  report: (problem: Problem) => void,
): Manifest[] {
  const lines = new LineCounter();
  const found = parseAllDocuments(text, {
    lineCounter: lines,
    merge: true,
    customTags: (tags) => [legacyOctal, legacyBoolean, ...tags],
  });
  const documents = Array.isArray(found) ? found : [];
  return documents.flatMap((document): Manifest[] => {
    const error = (path: readonly PropertyKey[], message: string): Manifest[] => {
      report({ severity: 'error', file, ...placeOf(path), message });
      return [];
    };
    const keys: Keys = new WeakMap();
    const placeOf = (path: readonly PropertyKey[]) => {
      const place = placeIn(document, lines, keys, path);
      const isFound = place.line > 1 || place.column > 1;
      if (isFound || !document.contents?.range) return place;
      // The whole document, which may not be the first.
      const { line, col: column } = lines.linePos(document.contents.range[0]);
      return { line, column };
    };
    if (document.errors.length > 0) {
      for (const { pos, message } of document.errors.slice(0, MAX_PROBLEMS)) {
        const { line, col: column } = lines.linePos(pos[0]);
        const words = message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '';
        report({ severity: 'error', file, line, column, message: words });
      }
      return [];
    }
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: 1000 });
    } catch (cause) {
      if (!(cause instanceof ReferenceError)) throw cause;
      return error([], cause.message);
    }
    if (value === null || value === undefined) return [];
    const read = (item: unknown, path: readonly PropertyKey[]): Manifest[] => {
      const list = listSchema.safeParse(item);
      if (list.success) {
        return list.data.items.flatMap((each, index) => read(each, [...path, 'items', index]));
      }
      if (typeof item !== 'object' || item === null || Array.isArray(item)) {
        return error(path, 'this is not a Kubernetes object: it must be a mapping');
      }
      const parsed = objectSchema.safeParse(item);
      if (!parsed.success) {
        return parsed.error.issues.flatMap((issue) =>
          error([...path, ...issue.path], issue.message),
        );
      }
      if (parsed.data.apiVersion.startsWith(KUSTOMIZATION)) return error(path, KUSTOMIZE);
      const object = asObject(parsed.data);
      return [{ object, file, placeOf: (inner) => placeOf([...path, ...inner]) }];
    };
    return read(value, []);
  });
}

export const KUSTOMIZE =
  "Berth doesn't build kustomizations. Use `kubectl kustomize DIR | berth kube play -`.";

const MAX_PROBLEMS = 100;

function asObject(value: z.output<typeof objectSchema>): ManifestObject {
  const { namespace, ...metadata } = value.metadata;
  return {
    ...value,
    metadata: { ...metadata, ...(namespace ? { namespace } : {}) } as ManifestObject['metadata'],
  };
}
