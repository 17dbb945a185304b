// Asks API servers for /readyz and prints a line whenever an answer differs from the one before: `<milliseconds since the epoch> <host> up|down`.
// Arguments: the milliseconds between two questions, and the hosts.
import https from 'node:https';

const [period, ...hosts] = process.argv.slice(2);

const isReady = (host) => new Promise((resolve) => {
  const request = https.get({ host, port: 6443, path: '/readyz', rejectUnauthorized: false, agent: false, timeout: 10_000 }, (response) => {
    response.resume();
    resolve(response.statusCode === 200);
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => resolve(false));
});

async function watch(host) {
  for (let last; ;) {
    const at = Date.now();
    const state = await isReady(host) ? 'up' : 'down';
    if (state !== last) console.log(`${at} ${host} ${state}`);
    last = state;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, at + Number(period) - Date.now())));
  }
}

for (const host of hosts) void watch(host);
