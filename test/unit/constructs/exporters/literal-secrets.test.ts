import { looksSecret } from '../../../../src/constructs/exporters/literal-secrets';

/** Put together, so that no scanner of repositories takes them for real. */
const made = (...parts: string[]) => parts.join('');

test.each([
  'authorization', 'Proxy-Authorization', 'api-key', 'X-API-Key', 'apikey', 'apiKey', 'dd-api-key', 'x-sf-token', 'accessToken', 'auth_token', 'authtoken', 'token',
  'client_secret', 'clientSecret', 'password', 'dbpassword', 'passwd', 'pwd', 'user_pwd', 'pass', 'sasl.pass', 'passphrase', 'credentials', 'cookie', 'Set-Cookie',
  'private_key', 'privatekey', 'license-key', 'licenseKey', 'accountKey', 'signoz-ingestion-key', 'ocp-apim-subscription-key', 'connection_string', 'uptrace-dsn',
  'x-honeycomb-team', 'creds', 'aws_creds', 'mysecretkey', 'x-signingkey', 'ingestkey', 'writekey', 'encryptionKey', 'key', 'x-acme-key', 'service_key', 'jwt',
])('%s is the name of a credential', name => {
  expect(looksSecret(name, 'anything')).toBe(true);
  expect(looksSecret(name, '${env:X}')).toBe(false);
});

test.each([
  'routing_key', 'routingKey', 'message_key', 'partition_key', 'sort-key', 'x-cache-key', 'dedup_key', 'Idempotency-Key', 'group_by_key', 'public_key', 'metadata_keys',
  'label_key', 'keyspace', 'x-keyspace', 'key_file', 'token_url', 'password_file', 'bypass', 'compass', 'passthrough', 'X-Scope-OrgID', 'x-honeycomb-dataset', 'tokens',
  'monkey', 'turkey', 'keyboard', 'passenger', 'x-key-id', 'x-token-count', 'tokenizer', 'secretary', 'x-auth-mode', 'session.id', 'author', 'authority', 'stream-name', 'endpoint', '',
])('"%s" is the name of something that anybody may read', name => {
  expect(looksSecret(name, 'anything')).toBe(false);
});

test.each([
  'Bearer abc', 'Basic YTpi', 'Api-Token abc', 'Splunk 0000', made('eyJ', 'hbGciOi.x'), made('gl', 'sa_abc'), made('gl', 'c_abc'), made('hc', 'aik_abc'),
  made('0123456789abcdef0123456789abcdef0123', 'NRAL'), made('eu01xx', '0123456789abcdef0123456789abcd', 'NRAL'), made('NR', 'AK-ABC'), made('dt0', 'c01.ABC.DEF'),
  made('gh', 'p_abc'), made('github', '_pat_abc'), made('xo', 'xb-1-2'), made('AK', 'IAIOSFODNN7EXAMPLE'), made('sk', '_live_abc'),
  made('wh', 'sec_abcdefgh'), made('gl', 'rt-abc'), made('lin', '_api_abc'), made('hv', 'b.abc'), made('AGE-SECRET', '-KEY-1QQ'), made('ts', 'key-auth-abc'), made('sq0', 'csp-abc'),
  made('-----BEGIN ', 'RSA PRIVATE KEY-----\nabc'), 'https://user:hunter2@example.com', 'amqp://hunter2@example.com', 'https://example.com/?api_key=hunter2',
  'Endpoint=sb://x/;SharedAccessKey=hunter2', 'password=hunter2', made('https://hooks.slack.com/', 'services/T0/B0/x'), made('a, gl', 'sa_abc'),
])('%s is a credential wherever it stands', value => {
  expect(looksSecret('x', value)).toBe(true);
});

test.each([
  'orders', 'Basic', 'token', 'sk-telecom', 'hcp_cluster', 'NRAL', 'NRALPHA', 'Bearer of news and of more', '-----BEGIN CERTIFICATE-----\nabc', 'https://example.com/a@b',
  'https://example.com/?tenant=a', 'tokens=5', 'set(attributes["x"], "y") where token == "z"', 'mailto:me@example.com', 'ghp',
])('%s is none', value => {
  expect(looksSecret('x', value)).toBe(false);
});

test.each([
  'Bearer ${env:X}', 'Api-Token ${env:X}', 'Custom ${env:X}', '${env:USER}:${env:PASS}', '${file:/a/b}', '${X}', '${env:X:-}', '${secretsmanager:a#b}', 'Token token="${env:X}"',
  'user:${env:X}', 'Endpoint=sb://x/;SharedAccessKey=${env:X};EntityPath=traces', 'amqp://user:${env:X}@example.com', 'https://${env:X}@example.com',
])('%s only refers to a credential', value => {
  expect(looksSecret('authorization', value)).toBe(false);
});

test.each([
  'Bearer ${env:X}literal', 'Bearer literal${env:X}', 'Bearer literal ${env:X}', '${env:X}literal', 'literal${env:X}', '${env:X:-literal}', '${X:-literal}', '${yaml:literal}',
  '$${env:X}', 'user:hunter2@${env:X}', 'SharedAccessKey=hunter2;X=${env:X}', 'https://user:hunter2@${env:HOST}/',
])('%s holds one beside the reference', value => {
  expect(looksSecret('authorization', value)).toBe(true);
});

test.each(['Bearer ${env:X}literal', made('gl', 'sa_abc ${env:X}'), 'https://user:hunter2@${env:HOST}/'])('%s holds one whatever the name says', value => {
  expect(looksSecret('x', value)).toBe(true);
});

test('whoever knows better says so, by name', () => {
  expect(looksSecret('X-Session-Key', 'blue', ['x-session-key'])).toBe(false);
  expect(looksSecret('x-session-key', 'blue', ['x-other-key'])).toBe(true);
  expect(looksSecret('', made('gl', 'sa_abc'), [''])).toBe(true);
});
