import type { Container } from '../../../electron/api/containers.ts';
import { FileBrowser } from '../../files/file-browser.tsx';

export default function FilesTab({ container }: { readonly container: Container }) {
  return <FileBrowser place={{ kind: 'container', id: container.id }} top={container.name} />;
}
