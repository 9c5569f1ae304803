import { goYaml } from '../../compose/file/go-yaml.ts';
import type { KubeManifest } from './generated.ts';

const ORDER: readonly string[] = ['Secret', 'ConfigMap', 'PersistentVolumeClaim', 'Service'];

/** Objects as YAML for `kubectl apply -f`: what others refer to comes first. */
export function writeManifests(objects: readonly KubeManifest[]): string {
  const rank = ({ kind }: KubeManifest) => {
    const index = ORDER.indexOf(kind ?? '');
    return index < 0 ? ORDER.length : index;
  };
  return [...objects]
    .sort((a, b) => rank(a) - rank(b))
    .map((object) => goYaml(object))
    .join('---\n');
}
