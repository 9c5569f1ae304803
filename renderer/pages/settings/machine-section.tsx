import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { acceleratorChoiceSchema, type NativeAccelerator } from '../../../electron/api/settings.ts';
import { SettingRow, SettingsGroup } from '../../components/settings-group.tsx';
import { client, useMachine, useSettings } from '../../connection/screen.ts';
import { Prose } from '../../format/prose.tsx';
import { Resources } from '../../machine/resources.tsx';
import { useSaveMachine } from './use-save.ts';

/** The VM's resources, and its accelerator. */
export function MachineSection() {
  return (
    <>
      <Resources />
      <Accelerator />
    </>
  );
}

const NAMES: Readonly<Record<NativeAccelerator, string>> = {
  kvm: 'KVM',
  hvf: "Apple's hypervisor (HVF)",
  whpx: 'Windows Hypervisor Platform (WHPX)',
};

const LABEL = 'Accelerator';

function Accelerator() {
  const settings = useSettings();
  const machine = useMachine();
  const save = useSaveMachine();
  const { data: details } = useQuery({
    queryKey: ['machine', 'details', machine?.state],
    queryFn: () => client.machine.details(),
    networkMode: 'always',
  });
  if (!settings || !details) return null;
  const chosen = settings.machine.accelerator;
  const own = details.computer.accelerator;
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
      text={machine?.acceleratorNote && <Prose text={machine.acceleratorNote} />}
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
