import { settingsSchema } from '../../../electron/api/settings.ts';
import { SettingsGroup } from '../../components/settings-group.tsx';
import { useSettings } from '../../connection/screen.ts';
import { checkWith } from './check.ts';
import { Logins } from './logins.tsx';
import { TextList } from './text-list.tsx';
import { useSaveMachine } from './use-save.ts';

const { insecureRegistries, registryMirrors } = settingsSchema.shape;

/** The registries that images come from. */
export function RegistriesSection() {
  const machine = useSettings()?.machine;
  const save = useSaveMachine();
  if (!machine) return null;
  return (
    <>
      <Logins />
      <SettingsGroup title="Mirrors" text="Berth tries these mirrors before Docker Hub.">
        <TextList
          label="Mirrors"
          items={machine.registryMirrors}
          placeholder="https://mirror.example"
          check={checkWith(registryMirrors.element)}
          onChange={(items) => save({ registryMirrors: items })}
        />
      </SettingsGroup>
      <SettingsGroup
        title="Insecure registries"
        text="Berth accepts any certificate and plain HTTP from these registries. Others on the network can read and change what the registries send."
      >
        <TextList
          label="Insecure registries"
          items={machine.insecureRegistries}
          placeholder="registry.local:5000"
          check={checkWith(insecureRegistries.element, 'Use a host with an optional port')}
          onChange={(items) => save({ insecureRegistries: items })}
        />
      </SettingsGroup>
    </>
  );
}
