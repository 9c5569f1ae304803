import { shortPath } from './short-path.ts';
import { useHostComputer } from './use-host-computer.ts';

interface PathTextProps {
  /** An absolute path on the host. */
  readonly path: string;
  /** The tooltip; the whole path by default. */
  readonly title?: string;
  readonly className?: string;
}

/** A host path, shortened. */
export function PathText({ path, title = path, className }: PathTextProps) {
  const computer = useHostComputer();
  return (
    <span className={className} title={title}>
      {computer ? shortPath(path, computer) : path}
    </span>
  );
}
