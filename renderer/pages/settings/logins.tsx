import { Button, PasswordInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { modals } from '@mantine/modals';
import { IconLogin2, IconLogout } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { DialogForm } from '../../components/dialog-form.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import classes from '../../components/settings-group.module.css';
import { SettingsGroup } from '../../components/settings-group.tsx';
import { explain } from '../../connection/failure.ts';
import { client, queryClient, useMachine } from '../../connection/screen.ts';

const queryKey = ['logins'];

/** The registries that the user is logged in to. */
export function Logins() {
  const running = useMachine()?.state === 'running';
  const { data: logins, error } = useQuery({
    queryKey,
    queryFn: () => client.registries.logins(),
    networkMode: 'always',
    retry: false,
  });
  const logout = useMutation({
    mutationFn: (registry: string) => client.registries.logout({ registry }),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  return (
    <SettingsGroup
      title="Logins"
      text="Berth keeps logins where the docker command keeps them, and shares them with it. The VM never stores logins."
    >
      {error && (
        <Text size="sm" c="var(--bad)">
          {explain(error).message}
        </Text>
      )}
      {logins && logins.length > 0 && (
        <ul className={classes.list} aria-label="Logins">
          {logins.map(({ registry, username }) => (
            <li key={registry} className={classes.item}>
              <span>
                {registry}{' '}
                <Text span c="var(--quiet)" size="sm">
                  {username === '' ? 'with a token' : `as ${username}`}
                </Text>
              </span>
              <IconButton
                label={`Log out of ${registry}`}
                tooltip="Log out"
                icon={<IconLogout size={16} />}
                onClick={() => logout.mutate(registry)}
              />
            </li>
          ))}
        </ul>
      )}
      <Button
        variant="default"
        leftSection={<IconLogin2 size={16} />}
        disabled={!running}
        onClick={askForLogin}
      >
        Log in…
      </Button>
      {!running && (
        <Text size="sm" c="var(--quiet)" mt="xs">
          Start the VM to log in: the engine checks the login with the registry.
        </Text>
      )}
    </SettingsGroup>
  );
}

function askForLogin(): void {
  const id = modals.open({
    title: 'Log in to a registry',
    children: <LoginForm onDone={() => modals.close(id)} />,
  });
}

function LoginForm({ onDone }: { readonly onDone: () => void }) {
  const needed = (words: string) => (value: string) => (value.trim() === '' ? words : null);
  const form = useForm({
    initialValues: { registry: 'docker.io', username: '', password: '' },
    validate: {
      registry: needed('Enter a registry.'),
      username: needed('Enter a user name.'),
      password: needed('Enter a password or token.'),
    },
  });
  const login = useMutation({
    mutationFn: (values: typeof form.values) => client.registries.login(values),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey });
      onDone();
    },
  });
  return (
    <DialogForm
      action="Log in"
      pending={login.isPending}
      onSubmit={form.onSubmit((values) => login.mutate(values))}
      onCancel={onDone}
    >
      <TextInput label="Registry" mb="sm" {...form.getInputProps('registry')} />
      <TextInput
        label="User name"
        mb="sm"
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('username')}
      />
      <PasswordInput
        label="Password or token"
        autoComplete="off"
        {...form.getInputProps('password')}
      />
    </DialogForm>
  );
}
