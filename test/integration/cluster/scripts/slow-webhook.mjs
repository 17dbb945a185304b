// An admission webhook that allows everything, late: slow-webhook.mjs ADDRESS PORT KEY CERTIFICATE MILLISECONDS
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

const [address, port, key, cert, milliseconds] = process.argv.slice(2);
const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const review = JSON.parse(Buffer.concat(chunks));
  await sleep(Number(milliseconds));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ apiVersion: review.apiVersion, kind: review.kind, response: { uid: review.request.uid, allowed: true } }));
});
server.listen(Number(port), address, () => console.log('listening'));
