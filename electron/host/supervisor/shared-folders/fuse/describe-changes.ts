import type { Change } from '../../../../../guest-agent/contract/fuse/messages.ts';
import { changeBetween, type Facts, isFolder, isSameFile } from './facts.ts';
import { parentOf } from './known-folder.ts';

/** A name at which something has happened: what was known of it, and what is there now. */
export interface Look {
  readonly path: string;
  readonly wasThere: boolean;
  /** Undefined if nobody had looked at the file. */
  readonly before: Facts | undefined;
  readonly now: Facts | undefined;
  /** How often the system has reported the name. */
  readonly reports: number;
}

type Described = { readonly attributes: string; readonly target?: string } | undefined;

/**
 * What the host has done, from the names at which something happened at about the same time. A file that went
 * from one name to another was renamed. A name that was there only in between, beside a file that was replaced,
 * is where an editor wrote the new file.
 */
export function describeChanges(
  looks: readonly Look[],
  describe: (path: string) => Described,
): Change[] {
  const changes: Change[] = [];
  const isUsed = new Set<Look>();
  const appeared = ({ wasThere, before, now }: Look) =>
    now !== undefined && (!wasThere || (before !== undefined && !isSameFile(before, now)));
  const arrivals = looks.filter(appeared);
  for (const look of looks) {
    if (isUsed.has(look)) continue;
    const { path, wasThere, before, now } = look;
    if (before && !now) {
      const to = arrivals.find(
        (each) => each.now && isSameFile(before, each.now) && !isUsed.has(each),
      );
      const described = to && describe(to.path);
      if (to && described) {
        isUsed.add(to);
        changes.push({ kind: 'renamed', path, to: to.path, attributes: described.attributes });
        const changed = to.now && changeBetween(before, { ...to.now, ctimeNs: before.ctimeNs });
        if (changed)
          changes.push({ kind: changed, path: to.path, attributes: described.attributes });
        continue;
      }
    }
    // Also what the guest has seen only since it is new.
    if ((wasThere || before) && !now) {
      changes.push({ kind: 'removed', path, isFolder: before ? isFolder(before) : false });
    }
    if (!now) continue;
    // Another file of the same look may have come from here, and this one from there.
    if (appeared(look) && comesFromElsewhere(look, looks, isUsed)) continue;
    const described = describe(path);
    if (!described) continue;
    if (!wasThere) changes.push({ kind: 'created', path, ...described });
    else if (before && !isSameFile(before, now)) {
      changes.push(...replaced(look, looks, described));
    } else {
      // Nobody had looked at the file, so only its times can tell.
      const unknown = now.mtimeNs === now.ctimeNs ? 'modified' : 'attributes';
      const kind = before ? changeBetween(before, now) : unknown;
      const change = { path, attributes: described.attributes };
      // Setting the time of a file is one report. A write comes before it if there are more.
      const isWritten = before?.mtimeNs !== now.mtimeNs && look.reports > 1 && !isFolder(now);
      if (kind === 'attributes' && before && isWritten)
        changes.push({ kind: 'modified', ...change });
      if (kind) changes.push({ kind, ...change });
    }
  }
  return changes;
}

/** Whether a later look will tell where the file at this name was before. */
function comesFromElsewhere({ now }: Look, looks: readonly Look[], isUsed: Set<Look>): boolean {
  return looks.some(
    (each) => !each.now && each.before && now && isSameFile(each.before, now) && !isUsed.has(each),
  );
}

/** A new file is at the name of another. */
function replaced(
  { path, before }: Look,
  looks: readonly Look[],
  described: Exclude<Described, undefined>,
): Change[] {
  const { folder } = parentOf(path);
  const passing = looks.find(
    (each) => !each.wasThere && !each.now && parentOf(each.path).folder === folder,
  );
  if (!passing || described.target !== undefined) {
    return [
      { kind: 'removed', path, isFolder: before ? isFolder(before) : false },
      { kind: 'created', path, ...described },
    ];
  }
  return [
    { kind: 'created', path: passing.path, attributes: described.attributes },
    { kind: 'renamed', path: passing.path, to: path, attributes: described.attributes },
  ];
}
