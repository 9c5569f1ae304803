import { settingsSchema } from '../../../electron/api/settings.ts';
import { SettingsGroup } from '../../components/settings-group.tsx';
import { useSettings } from '../../connection/screen.ts';
import { checkWith } from './check.ts';
import { Logins } from './logins.tsx';
import { TextList } from './text-list.tsx';
import { useSaveMachine } from './use-save.ts';

const { insecureRegistries, registryMirrors } = settingsSchema.shape;

/** Where images come from. */
export function RegistriesSection() {
  const machine = useSettings()?.machine;
  const save = useSaveMachine();
  if (!machine) return null;
  return (
    <>
      <Logins />
      <SettingsGroup title="Mirrors" text="Asked for Docker Hub's images before Docker Hub is.">
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
        text="Need no known certificate, and may speak plain HTTP. Whoever is on the way can change what they send."
      >
        <TextList
          label="Insecure registries"
          items={machine.insecureRegistries}
          placeholder="registry.local:5000"
          check={checkWith(insecureRegistries.element, 'Expected a host, with or without a port')}
          onChange={(items) => save({ insecureRegistries: items })}
        />
      </SettingsGroup>
    </>
  );
}
