/** The labels by which `docker compose` and Berth find a project's resources. */
export const LABELS = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneoff: 'com.docker.compose.oneoff',
  slug: 'com.docker.compose.slug',
  configHash: 'com.docker.compose.config-hash',
  configFiles: 'com.docker.compose.project.config_files',
  workingDirectory: 'com.docker.compose.project.working_dir',
  environmentFile: 'com.docker.compose.project.environment_file',
  dependsOn: 'com.docker.compose.depends_on',
  image: 'com.docker.compose.image',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
  replaces: 'com.docker.compose.replace',
  version: 'com.docker.compose.version',
} as const;

/** The version of `docker compose` that Berth's labels, names and hashes follow. */
export const COMPOSE_VERSION = '2.40.3';

/** Filters for the resources of a project, or of all projects if no name is given. */
export const ofProject = (project?: string) => ({
  label: [project === undefined ? LABELS.project : `${LABELS.project}=${project}`],
});
