const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SERVICE = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DATA_KEY = /^[-._a-zA-Z0-9]+$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const serviceRule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const qualifiedRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const dataKeyRule =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

const tooLong = (most: number) => `must be no more than ${most} characters`;

/** The rule that a name breaks. Undefined if it is valid. */
export type NameRule = (name: string) => string | undefined;

export const dnsLabel: NameRule = (name) => {
  if (name.length > 63) return tooLong(63);
  return LABEL.test(name) ? undefined : labelRule;
};

export const dnsSubdomain: NameRule = (name) => {
  if (name.length > 253) return tooLong(253);
  return SUBDOMAIN.test(name) ? undefined : subdomainRule;
};

export const serviceName: NameRule = (name) => {
  if (name.length > 63) return tooLong(63);
  return SERVICE.test(name) ? undefined : serviceRule;
};

/** A key of a ConfigMap or a Secret. In volumes it is the name of a file. */
export const dataKey: NameRule = (key) => {
  if (key.length > 253) return tooLong(253);
  if (!DATA_KEY.test(key)) return dataKeyRule;
  if (key === '.' || key === '..') return `must not be '${key}'`;
  return key.startsWith('..') ? "must not start with '..'" : undefined;
};

/** Names that only have to be one part of a path, as those of roles. */
export const pathSegment: NameRule = (name) => {
  if (name === '.' || name === '..') return `may not be '${name}'`;
  const wrong = ['/', '%'].find((each) => name.includes(each));
  return wrong && `may not contain '${wrong}'`;
};

/** A key of labels or annotations: `NAME` or `PREFIX/NAME`. */
export const qualifiedName: NameRule = (key) => {
  const [name = '', prefix, ...more] = key.split('/').reverse();
  if (more.length > 0)
    return `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character with an optional DNS subdomain prefix and '/'`;
  const wrong = prefix === undefined ? undefined : dnsSubdomain(prefix);
  if (wrong) return `prefix part ${wrong}`;
  if (name === '') return 'name part must be non-empty';
  if (name.length > 63) return `name part ${tooLong(63)}`;
  return QUALIFIED.test(name) ? undefined : qualifiedRule;
};

export const labelValue: NameRule = (value) => {
  if (value.length > 63) return tooLong(63);
  return value === '' || QUALIFIED.test(value) ? undefined : valueRule;
};
