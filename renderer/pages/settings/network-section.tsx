import { Button, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCertificate } from '@tabler/icons-react';
import { useState } from 'react';
import { type ProxySettings, proxySchema, settingsSchema } from '../../../electron/api/settings.ts';
import { SettingRow, SettingsGroup } from '../../components/settings-group.tsx';
import { useSettings } from '../../connection/screen.ts';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { choosePath } from '../../local-files/choose-path.tsx';
import { checkWith } from './check.ts';
import { PathList } from './path-list.tsx';
import { TextList } from './text-list.tsx';
import { useSaveMachine } from './use-save.ts';

/** How the VM reaches the network. */
export function NetworkSection() {
  const machine = useSettings()?.machine;
  const save = useSaveMachine();
  const [manual, setManual] = useState(machine?.proxy !== undefined);
  if (!machine) return null;
  const {
    proxy = { exclude: [] },
    hostCertificates,
    caCertificates,
    containerNames,
    publishedPorts,
    hostAccess,
  } = machine;
  const addCertificate = async () => {
    const path = await choosePath({ kind: 'file', title: 'Add a certificate (PEM)' });
    if (path === undefined || caCertificates.includes(path)) return;
    save({ caCertificates: [...caCertificates, path] });
  };
  return (
    <>
      <SettingsGroup title="Proxies">
        <SettingRow label="Proxy" text="For pulls and pushes.">
          <SegmentedControl
            aria-label="Proxy"
            value={manual ? 'manual' : 'system'}
            onChange={(value) => {
              setManual(value === 'manual');
              if (value === 'system' && machine.proxy) save({ proxy: null });
            }}
            data={[
              { value: 'system', label: "Use the host's" },
              { value: 'manual', label: 'Manual' },
            ]}
          />
        </SettingRow>
        {manual && (
          <ProxyForm
            key={`${proxy.http} ${proxy.https}`}
            proxy={proxy}
            onSave={(changed) => save({ proxy: changed })}
          />
        )}
      </SettingsGroup>
      {manual && machine.proxy && (
        <SettingsGroup
          title="Hosts without proxy"
          text="Host names including their subdomains, addresses, CIDRs, or * for all hosts."
        >
          <TextList
            label="Hosts without proxy"
            items={proxy.exclude}
            placeholder=".example.com"
            check={checkWith(
              proxySchema.shape.exclude.element,
              'Enter one host at a time, without spaces',
            )}
            onChange={(exclude) => save({ proxy: { ...proxy, exclude } })}
          />
        </SettingsGroup>
      )}
      <SettingsGroup
        title="Container addresses"
        text="Open web servers in containers at NAME.berth.localhost or NAME.berth.local."
      >
        <SettingRow
          label="Domains"
          text="Browsers support .localhost. macOS supports .local, and so does Linux with Avahi, which also announces the names on the local network. Windows doesn't."
        >
          <SegmentedControl
            aria-label="Domains of container names"
            value={containerNames}
            onChange={(value) => save({ containerNames: namesSetting.parse(value) })}
            data={[
              { value: 'localhost', label: '.localhost' },
              { value: 'local', label: '.localhost and .local' },
              { value: 'off', label: 'Off' },
            ]}
          />
        </SettingRow>
      </SettingsGroup>
      <SettingsGroup
        title="Published ports"
        text="Where ports are open that a container publishes without an address, such as -p 8080:80."
      >
        <SettingRow
          label="Addresses"
          text="On all addresses, other devices on your network can connect too. The firewall may ask you to allow this."
        >
          <SegmentedControl
            aria-label="Addresses of published ports"
            value={publishedPorts}
            onChange={(value) => save({ publishedPorts: portsSetting.parse(value) })}
            data={[
              { value: 'all', label: 'All' },
              { value: 'localhost', label: 'localhost only' },
            ]}
          />
        </SettingRow>
      </SettingsGroup>
      <SettingsGroup
        title="Access to the host"
        text="Containers reach your Mac or PC as host.docker.internal, including services that listen only on localhost."
      >
        <SettingRow
          label="Containers with access"
          text="Without access, containers also can't use a proxy on the host, or the addresses of other containers."
        >
          <SegmentedControl
            aria-label="Containers with access to the host"
            value={hostAccess}
            onChange={(value) => save({ hostAccess: accessSetting.parse(value) })}
            data={[
              { value: 'all', label: 'All' },
              { value: 'none', label: 'None' },
            ]}
          />
        </SettingRow>
      </SettingsGroup>
      <SettingsGroup
        title="Certificates"
        text="The certificate authorities that the VM trusts for registries."
      >
        <SettingRow
          label="Trust the host's authorities"
          text="For company networks that inspect encrypted connections."
        >
          <Switch
            aria-label="Trust the host's authorities"
            checked={hostCertificates}
            onChange={({ currentTarget }) => save({ hostCertificates: currentTarget.checked })}
          />
        </SettingRow>
        <PathList
          label="More authorities"
          paths={caCertificates}
          onChange={(paths) => save({ caCertificates: paths })}
        />
        <Button
          variant="default"
          leftSection={<IconCertificate size={16} />}
          onClick={addCertificate}
        >
          Add authority…
        </Button>
      </SettingsGroup>
    </>
  );
}

interface ProxyFormProps {
  readonly proxy: ProxySettings;
  readonly onSave: (proxy: ProxySettings) => void;
}

function ProxyForm({ proxy, onSave }: ProxyFormProps) {
  const check = (text: string) =>
    text.trim() === '' ? null : (checkWith(address)(text.trim()) ?? null);
  const draft = useDraftState({
    key: 'settings proxy',
    initial: { http: proxy.http ?? '', https: proxy.https ?? '' },
    // Addresses may contain passwords.
    persisted: () => null,
  });
  const form = useForm({
    initialValues: draft.value,
    onValuesChange: draft.set,
    validate: { http: check, https: check },
  });
  return (
    <form
      onSubmit={form.onSubmit(({ http, https }) => {
        draft.forget();
        onSave({
          exclude: proxy.exclude,
          ...(http.trim() && { http: http.trim() }),
          ...(https.trim() && { https: https.trim() }),
        });
      })}
    >
      <TextInput
        label="For http:// addresses"
        placeholder="http://proxy.example:3128"
        mb="sm"
        {...form.getInputProps('http')}
      />
      <TextInput
        label="For https:// addresses"
        placeholder="http://proxy.example:3128"
        mb="md"
        {...form.getInputProps('https')}
      />
      <Button type="submit" disabled={!draft.isChanged}>
        Save proxies
      </Button>
    </form>
  );
}

const namesSetting = settingsSchema.shape.containerNames;
const portsSetting = settingsSchema.shape.publishedPorts;
const accessSetting = settingsSchema.shape.hostAccess;
const address = settingsSchema.shape.proxy.unwrap().shape.https;
