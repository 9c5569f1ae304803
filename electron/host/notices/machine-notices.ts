import type { FolderProblem, MachineStatus } from '../../api/machine.ts';
import type { NewNotice } from './new-notice.ts';

export const MACHINE_KEY = 'machine';
const ENGINE_KEY = 'engine';
const portKey = ({ address, port, protocol }: NonNullable<MachineStatus['ports']>[number]) =>
  `port ${address} ${port}/${protocol}`;

const folderKey = ({ path, problem }: FolderProblem) => `folder ${path}: ${problem}`;

/** The notices for a change of the VM's status, and which notices are no longer true. */
export function machineNotices(
  before: MachineStatus | undefined,
  now: MachineStatus,
): { add: NewNotice[]; settled: (key: string) => boolean } {
  const blocked = (now.ports ?? []).filter(({ problem }) => problem !== undefined);
  const known = new Set((before?.ports ?? []).filter((each) => each.problem).map(portKey));
  const folders = now.folderProblems ?? [];
  const knownFolders = new Set((before?.folderProblems ?? []).map(folderKey));
  const open = new Set([...blocked.map(portKey), ...folders.map(folderKey)]);
  return {
    add: [
      ...ofMachine(before, now),
      ...ofEngine(before, now),
      ...blocked.filter((each) => !known.has(portKey(each))).map(ofPort),
      ...folders.filter((each) => !knownFolders.has(folderKey(each))).map(ofFolder),
    ],
    settled: (key) =>
      (/^(port|folder) /.test(key) && !open.has(key)) ||
      (key === ENGINE_KEY && now.engineNotAnsweringSince === undefined),
  };
}

/** The page itself shows a VM that failed earlier. */
function ofMachine(before: MachineStatus | undefined, now: MachineStatus): NewNotice[] {
  const { failure, startNote } = now;
  if (startNote && startNote !== before?.startNote && now.state === 'running') {
    return [
      {
        key: MACHINE_KEY,
        tone: 'bad',
        title: 'The VM started without its saved state',
        text: startNote,
      },
    ];
  }
  if (before && now.state === 'failed' && before.state !== 'failed' && failure) {
    const title = failure.step ? `The VM didn't start` : 'The VM stopped unexpectedly';
    const text = [failure.message, failure.hint].filter(Boolean).join('. ');
    return [{ key: MACHINE_KEY, tone: 'bad', title, text }];
  }
  return [];
}

function ofEngine(before: MachineStatus | undefined, now: MachineStatus): NewNotice[] {
  if (now.engineNotAnsweringSince === undefined || before?.engineNotAnsweringSince) return [];
  const text =
    "Containers keep running, but Berth can't show or control them. If the engine doesn't recover within a minute, restart the VM.";
  return [{ key: ENGINE_KEY, tone: 'bad', title: "The container engine isn't answering", text }];
}

function ofPort(port: NonNullable<MachineStatus['ports']>[number]): NewNotice {
  return {
    key: portKey(port),
    tone: 'bad',
    title: `Port ${port.port} of ${port.containerName} isn't open`,
    text: `${port.problem}. Free the port, or publish another port.`,
    ...(port.containerId !== '' && { container: port.containerId }),
  };
}

function ofFolder(folder: FolderProblem): NewNotice {
  return {
    key: folderKey(folder),
    tone: 'bad',
    title: `Problem with the shared folder ${folder.path}`,
    text: `${folder.problem.replace(/^./, (first) => first.toUpperCase())}. ${folder.hint}`,
  };
}
