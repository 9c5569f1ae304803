import type { SpotlightActionData, SpotlightActionGroupData } from '@mantine/spotlight';
import {
  IconBox,
  IconCompass,
  IconDatabase,
  IconDownload,
  IconEraser,
  IconFileText,
  IconKeyboard,
  IconMoon,
  IconNetwork,
  IconPlayerPause,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconRefresh,
  IconTerminal2,
  IconTopologyStar3,
  IconTrash,
} from '@tabler/icons-react';
import { useLocation } from 'wouter';
import type { Container } from '../../electron/api/containers.ts';
import type { MachineState } from '../../electron/api/machine.ts';
import {
  client,
  useContainers,
  useImages,
  useMachine,
  useNetworks,
  useProjects,
  useVolumes,
} from '../connection/screen.ts';
import { showFailure } from '../connection/show-failure.tsx';
import { runPlace } from '../images/place.ts';
import { useRunImage } from '../images/use-run-image.ts';
import { endMachine } from '../machine/end-machine.tsx';
import { isDown } from '../machine/machine-state.ts';
import { suspendMachine } from '../machine/suspend-machine.ts';
import { PAGES } from '../navigation/pages.ts';
import { pruneDisk } from '../prune/prune-disk.tsx';
import { showShortcuts } from '../shortcuts/show-shortcuts.tsx';
import { openTab } from '../terminal/host-tabs.ts';

/** Everything that the palette offers now. */
export function useCommands(): SpotlightActionGroupData[] {
  const [, navigate] = useLocation();
  const machine = useMachine();
  return [
    { group: 'Pages', actions: pages(navigate) },
    { group: 'Containers', actions: useContainerCommands(navigate) },
    { group: 'Images', actions: useImageCommands() },
    { group: 'Projects', actions: useProjectCommands(navigate) },
    { group: 'Volumes', actions: useVolumeCommands(navigate) },
    { group: 'Networks', actions: useNetworkCommands(navigate) },
    { group: 'VM', actions: machineCommands(machine?.state, navigate) },
    { group: 'Berth', actions: appCommands(navigate) },
  ];
}

/** Whether more commands will come: the VM's content isn't known yet. */
export function useAreCommandsLoading(): boolean {
  const machine = useMachine();
  const lists = [useContainers(), useImages(), useProjects(), useVolumes(), useNetworks()];
  return machine === undefined || (machine.state === 'running' && lists.includes(undefined));
}

type Navigate = (path: string) => void;

const pages = (navigate: Navigate): SpotlightActionData[] =>
  PAGES.map(({ path, title, icon: Icon }) => ({
    id: `page ${path}`,
    label: title,
    leftSection: <Icon size={18} stroke={1.75} />,
    onClick: () => navigate(path),
  }));

function useContainerCommands(navigate: Navigate): SpotlightActionData[] {
  return (useContainers() ?? []).flatMap((container) => commandsOf(container, navigate));
}

function commandsOf({ id, name, image, state }: Container, navigate: Navigate) {
  const place = `/containers/${id}`;
  const running = state === 'running';
  const act = (call: (target: { id: string }) => Promise<void>) => () =>
    void call({ id }).catch(showFailure);
  return [
    {
      id: `open ${id}`,
      label: `Open ${name}`,
      description: image,
      leftSection: <IconBox size={18} />,
      onClick: () => navigate(place),
    },
    running
      ? {
          id: `stop ${id}`,
          label: `Stop ${name}`,
          leftSection: <IconPlayerStopFilled size={18} />,
          onClick: act(client.containers.stop),
        }
      : {
          id: `start ${id}`,
          label: `Start ${name}`,
          leftSection: <IconPlayerPlayFilled size={18} />,
          onClick: act(client.containers.start),
        },
    {
      id: `logs ${id}`,
      label: `Logs of ${name}`,
      leftSection: <IconFileText size={18} />,
      onClick: () => navigate(`${place}/logs`),
    },
    {
      id: `terminal ${id}`,
      label: `Terminal of ${name}`,
      leftSection: <IconTerminal2 size={18} />,
      onClick: () => navigate(`${place}/terminal`),
    },
  ];
}

function useImageCommands(): SpotlightActionData[] {
  const { run } = useRunImage();
  const references = (useImages() ?? []).flatMap(({ reference }) => reference ?? []);
  return references.map((reference) => ({
    id: `run ${reference}`,
    label: `Run ${reference}`,
    leftSection: <IconPlayerPlayFilled size={18} />,
    onClick: () => run(reference),
  }));
}

function useProjectCommands(navigate: Navigate): SpotlightActionData[] {
  return (useProjects() ?? []).map(({ name }) => ({
    id: `project ${name}`,
    label: `Open ${name}`,
    keywords: ['project', 'compose'],
    leftSection: <IconTopologyStar3 size={18} />,
    onClick: () => navigate(`/projects/${encodeURIComponent(name)}`),
  }));
}

function useVolumeCommands(navigate: Navigate): SpotlightActionData[] {
  return (useVolumes() ?? []).map(({ name }) => ({
    id: `volume ${name}`,
    label: `Open ${name}`,
    keywords: ['volume'],
    leftSection: <IconDatabase size={18} />,
    onClick: () => navigate(`/volumes/${encodeURIComponent(name)}`),
  }));
}

function useNetworkCommands(navigate: Navigate): SpotlightActionData[] {
  return (useNetworks() ?? []).map(({ id, name }) => ({
    id: `network ${id}`,
    label: `Open ${name}`,
    keywords: ['network'],
    leftSection: <IconNetwork size={18} />,
    onClick: () => navigate(`/networks/${id}`),
  }));
}

function machineCommands(
  state: MachineState | undefined,
  navigate: Navigate,
): SpotlightActionData[] {
  if (state === 'running') {
    return [
      {
        id: 'machine restart',
        label: 'Restart VM',
        leftSection: <IconRefresh size={18} />,
        onClick: () => void endMachine('restart'),
      },
      {
        id: 'machine suspend',
        label: 'Suspend VM',
        leftSection: <IconPlayerPause size={18} />,
        onClick: suspendMachine,
      },
      {
        id: 'machine stop',
        label: 'Stop VM',
        leftSection: <IconPlayerStopFilled size={18} />,
        onClick: () => void endMachine('stop'),
      },
      {
        id: 'clean-up',
        label: 'Clean up the disk…',
        keywords: ['prune', 'free', 'space'],
        leftSection: <IconEraser size={18} />,
        onClick: () => navigate('/machine/clean-up'),
      },
      ...(['images', 'containers', 'volumes', 'buildCache'] as const).map((kind) => ({
        id: `prune ${kind}`,
        label: `Remove unused ${kind === 'buildCache' ? 'build cache' : kind}…`,
        keywords: ['prune', 'clean'],
        leftSection: <IconTrash size={18} />,
        onClick: () => pruneDisk(kind),
      })),
    ];
  }
  if (state === undefined || !isDown(state)) return [];
  return [
    {
      id: 'machine start',
      label: 'Start VM',
      leftSection: <IconPlayerPlayFilled size={18} />,
      onClick: () => void client.machine.start().catch(showFailure),
    },
  ];
}

function appCommands(navigate: Navigate): SpotlightActionData[] {
  return [
    {
      id: 'run',
      label: 'Run a container…',
      keywords: ['service', 'database', 'recipe'],
      leftSection: <IconPlayerPlayFilled size={18} />,
      onClick: () => navigate(runPlace()),
    },
    {
      id: 'pull',
      label: 'Pull an image…',
      leftSection: <IconDownload size={18} />,
      onClick: () => navigate('/images'),
    },
    {
      id: 'shell',
      label: 'Open a host shell',
      leftSection: <IconTerminal2 size={18} />,
      onClick: () => {
        openTab();
        navigate('/terminal');
      },
    },
    ...(['system', 'light', 'dark'] as const).map((theme) => ({
      id: `theme ${theme}`,
      label: `Theme: ${theme}`,
      leftSection: <IconMoon size={18} />,
      onClick: () => void client.settings.updateApp({ theme }).catch(showFailure),
    })),
    {
      id: 'welcome',
      label: 'Show first steps',
      keywords: ['help', 'onboarding', 'welcome'],
      leftSection: <IconCompass size={18} />,
      onClick: () => navigate('/welcome'),
    },
    {
      id: 'shortcuts',
      label: 'Show keyboard shortcuts',
      keywords: ['help', 'keys'],
      leftSection: <IconKeyboard size={18} />,
      onClick: showShortcuts,
    },
  ];
}
