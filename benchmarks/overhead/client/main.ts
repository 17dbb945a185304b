/**
 * The client of `bench:overhead`, a process of its own: makes its objects, says "ready", and for every line of its standard input sends a load
 * and prints what became of it, as a line of JSON. Its requests come at fixed times, whether the ones before are answered or not, so that
 * all API servers get the same.
 */
import * as readline from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './api';
import { Order, Outcome } from './order';
import { KINDS, Requests } from './requests';
import { Webhook } from './webhook';

async function main([url, address, certificates]: string[]): Promise<void> {
  const api = new Api(url!);
  const watches = new Api(url!);
  const webhook = new Webhook(address!, certificates!);
  await webhook.listen();
  const requests = new Requests(api);
  await requests.prepare();
  await api.ask('POST', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', 'load-prepare', webhook.configuration());
  // API servers take a moment to know of it.
  while (webhook.calls === 0) {
    await requests.send('webhook');
    await sleep(100);
  }
  new Requests(watches).watch();
  process.stdout.write('ready\n');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as Order;
    const outcome = order.each === undefined ? await load(requests, order) : await oneAfterTheOther(requests, order.each);
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  }
  api.close();
  watches.close();
  webhook.close();
}

async function load(requests: Requests, { seconds = 0, perSecond = 0 }: Order): Promise<Outcome> {
  const milliseconds: number[] = [];
  let failed = 0;
  const pending: Promise<void>[] = [];
  const begin = performance.now();
  for (let n = 0; n < seconds * perSecond; n++) {
    const due = begin + n / perSecond * 1000;
    if (due > performance.now()) await sleep(due - performance.now());
    pending.push((async () => {
      const start = performance.now();
      const { status } = await requests.next();
      milliseconds.push(performance.now() - start);
      if (status !== 200) failed++;
    })().catch(() => { failed++; }));
  }
  await Promise.all(pending);
  return { milliseconds, failed };
}

async function oneAfterTheOther(requests: Requests, each: number): Promise<Outcome> {
  let failed = 0;
  for (const kind of KINDS) {
    for (let n = 0; n < each; n++) {
      if ((await requests.send(kind)).status !== 200) failed++;
      // The components drop spans when they have many at once.
      await sleep(10);
    }
  }
  return { milliseconds: [], failed };
}

void main(process.argv.slice(2));
