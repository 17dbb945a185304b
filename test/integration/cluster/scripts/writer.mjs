// Writes a ConfigMap every 50 ms through the load balancer, as a client that retries once: when its connection is closed, and when it is told to come
// again, which is what an API server says that was told to stop a moment ago, to who is connected still
// (https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apiserver/pkg/server/filters/waitgroup.go; client-go does as it is told).
// Reads what it needs from its input as JSON, and ends, after the writes under way, when its input ends.
// Prints a line for each write: `<milliseconds since the epoch> <milliseconds taken> <how often it was retried> <status or error>`.
import https from 'node:https';
import { once } from 'node:events';
import readline from 'node:readline';

const PERIOD = 50;
const TIMEOUT = 30_000;
const CLOSED = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'];

const lines = readline.createInterface({ input: process.stdin });
const [line] = await once(lines, 'line');
const { host, port, ca, cert, key } = JSON.parse(line);
let ended = false;
lines.on('close', () => (ended = true));

const kept = new https.Agent({ keepAlive: true, ca, cert, key });
const fresh = () => new https.Agent({ ca, cert, key });

function put(number, agent) {
  // Twenty names: a write never waits for one of before.
  const name = `writer-${number % 20}`;
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { number: String(number) } });
  return new Promise((resolve, reject) => {
    const request = https.request({
      host, port, agent, method: 'PATCH', timeout: TIMEOUT,
      path: `/api/v1/namespaces/default/configmaps/${name}?fieldManager=writer&force=true`,
      headers: { 'Content-Type': 'application/apply-patch+yaml', 'Content-Length': Buffer.byteLength(body) },
    }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (chunk) => (answer += chunk));
      response.on('end', () => resolve({
        result: response.statusCode < 300 ? response.statusCode : `${response.statusCode} ${answer.replace(/\s+/g, ' ')}`,
        retryAfter: response.headers['retry-after'],
      })).on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', reject);
    request.end(body);
  });
}

async function write(number) {
  const start = Date.now();
  let retries = 0;
  let result;
  const again = async (seconds) => {
    retries = 1;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    ({ result } = await put(number, fresh()).catch((e) => ({ result: e.code ?? e.message })));
  };
  try {
    const first = await put(number, kept);
    ({ result } = first);
    if (first.retryAfter !== undefined) await again(Number(first.retryAfter));
  } catch (error) {
    result = error.code ?? error.message;
    if (CLOSED.includes(error.code)) await again(0);
  }
  console.log(`${start} ${Date.now() - start} ${retries} ${result}`);
}

const underWay = new Set();
const start = Date.now();
for (let number = 0; !ended; number++) {
  const writing = write(number).finally(() => underWay.delete(writing));
  underWay.add(writing);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + (number + 1) * PERIOD - Date.now())));
}
await Promise.all(underWay);
process.exit(0);
