import { shortPath } from './short-path.ts';
import { useHostComputer } from './use-host-computer.ts';

interface PathTextProps {
  /** Of this computer, absolute. */
  readonly path: string;
  /** Shown when pointed at; the whole path unless given. */
  readonly title?: string;
  readonly className?: string;
}

/** A path of this computer, in short. */
export function PathText({ path, title = path, className }: PathTextProps) {
  const computer = useHostComputer();
  return (
    <span className={className} title={title}>
      {computer ? shortPath(path, computer) : path}
    </span>
  );
}
