// Asks the API server of the node it runs on for /readyz every 50 ms and prints each change: `<milliseconds> up|down`.
import https from 'node:https';

const host = process.argv[2];
let last;
const ask = () => new Promise((resolve) => {
  const request = https.get({ host, port: 6443, path: '/readyz', rejectUnauthorized: false, agent: false, timeout: 1000 }, (response) => {
    response.resume();
    resolve(response.statusCode === 200);
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => resolve(false));
});
for (;;) {
  const at = Date.now();
  const state = await ask() ? 'up' : 'down';
  if (state !== last) console.log(`${at} ${state}`);
  last = state;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, 50 - (Date.now() - at))));
}
