import { NativeSelect } from '@mantine/core';
import {
  acceleratorChoiceSchema,
  type Hypervisor,
  hypervisorChoiceSchema,
  type NativeAccelerator,
} from '../../../electron/api/settings.ts';
import { SettingRow, SettingsGroup } from '../../components/settings-group.tsx';
import { useMachine, useSettings } from '../../connection/screen.ts';
import { AcceleratorNote } from '../../machine/accelerator-note.tsx';
import { Resources } from '../../machine/resources.tsx';
import { useHostResources } from '../../machine/use-host-resources.ts';
import { useSaveMachine } from './use-save.ts';
import { VmImageSection } from './vm-image-section.tsx';

/** The VM's resources, its hypervisor and its accelerator. */
export function MachineSection() {
  return (
    <>
      <Resources />
      <HypervisorChoice />
      <Accelerator />
      <VmImageSection />
    </>
  );
}

const NAMES: Readonly<Record<NativeAccelerator, string>> = {
  kvm: 'KVM',
  hvf: "Apple's hypervisor (HVF)",
  whpx: 'Windows Hypervisor Platform (WHPX)',
};

const LABEL = 'Accelerator';

const HYPERVISORS: Readonly<Record<Hypervisor, string>> = {
  qemu: 'QEMU',
  hyperv: 'Hyper-V',
  vfkit: "vfkit (Apple's Virtualization framework)",
};

/** Shown only if there is a choice. */
function HypervisorChoice() {
  const settings = useSettings();
  const save = useSaveMachine();
  const host = useHostResources();
  if (!settings || !host) return null;
  const chosen = settings.machine.hypervisor;
  const { hypervisors } = host;
  const isForeign = chosen !== 'auto' && !hypervisors.includes(chosen);
  if (hypervisors.length < 2 && !isForeign) return null;
  return (
    <SettingsGroup title="Hypervisor">
      <SettingRow
        label="Hypervisor"
        text="Runs the VM. On Windows, Automatic uses Hyper-V only if QEMU would be slow. Hyper-V has its own format of the data disk, so choose it before you first start the VM."
      >
        <NativeSelect
          aria-label="Hypervisor"
          value={chosen}
          onChange={({ currentTarget }) =>
            save({ hypervisor: hypervisorChoiceSchema.parse(currentTarget.value) })
          }
          data={[
            { value: 'auto', label: 'Automatic' },
            ...hypervisors.map((value) => ({ value, label: `Only ${HYPERVISORS[value]}` })),
            // Settings that come from another system may name its hypervisor.
            ...(isForeign
              ? [{ value: chosen, label: `${HYPERVISORS[chosen]} (not available on this host)` }]
              : []),
          ]}
        />
      </SettingRow>
    </SettingsGroup>
  );
}

function Accelerator() {
  const settings = useSettings();
  const machine = useMachine();
  const save = useSaveMachine();
  const host = useHostResources();
  if (!settings || !host) return null;
  const chosen = settings.machine.accelerator;
  const own = host.accelerator;
  const choices = [
    { value: 'auto', label: 'Automatic' },
    ...(own ? [{ value: own, label: `Only ${NAMES[own]}` }] : []),
    { value: 'emulation', label: 'Emulation (slow)' },
  ];
  // Settings that come from another system may name its accelerator.
  if (!choices.some(({ value }) => value === chosen)) {
    choices.push({ value: chosen, label: `${chosen} (not available on this host)` });
  }
  return (
    <SettingsGroup
      title="Acceleration"
      text={machine?.acceleratorNote && <AcceleratorNote text={machine.acceleratorNote} />}
    >
      <SettingRow
        label={LABEL}
        text="Automatic uses your host's accelerator if it works. Otherwise Berth emulates the processor."
      >
        <NativeSelect
          aria-label={LABEL}
          value={chosen}
          onChange={({ currentTarget }) =>
            save({ accelerator: acceleratorChoiceSchema.parse(currentTarget.value) })
          }
          data={choices}
        />
      </SettingRow>
    </SettingsGroup>
  );
}
