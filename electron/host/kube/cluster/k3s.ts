/** What Berth relies on of the image of k3s. */

/** The Kubernetes distribution that clusters run. `--image` chooses another version. */
export const K3S_IMAGE = 'rancher/k3s:v1.31.4-k3s1';

/** The port of the API server in the container. */
export const API_PORT = 6443;

/** The file that k3s writes when its API server is about to answer. */
export const KUBECONFIG_PATH = '/etc/rancher/k3s/k3s.yaml';

/** All that must survive a restart: objects, images, and volumes of pods. */
export const DATA_PATH = '/var/lib/rancher/k3s';

/** Reads an archive of images from standard input into the store that the kubelet uses. */
export const IMPORT_COMMAND = ['ctr', '-n', 'k8s.io', 'images', 'import', '-'];

/** The names of the images in that store, one a line. */
export const LIST_IMAGES_COMMAND = ['ctr', '-n', 'k8s.io', 'images', 'ls', '-q'];
