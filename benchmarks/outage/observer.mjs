// Runs on a node, and prints what happens there, 40 times a second: `<milliseconds> <what> <event> [<pod>]`.
//   readyz up|down         of its API server, asked every 50 ms
//   etcd up|down           of its etcd, asked every 50 ms
//   kube-apiserver.yaml, etcd.yaml renamed
//   kube-apiserver, etcd, pause started|ended, with the UID of the pod
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const MANIFESTS = '/etc/kubernetes/manifests';
const COMPONENTS = ['kube-apiserver', 'etcd'];
const host = process.argv[2];

const say = (...words) => console.log(Date.now(), ...words);

async function ask(client, options) {
  return new Promise((resolve) => {
    const request = client.get({ ...options, path: '/readyz', rejectUnauthorized: false, agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

async function poll(name, client, options) {
  for (let last; ;) {
    const at = Date.now();
    const state = await ask(client, options) ? 'up' : 'down';
    if (state !== last) console.log(at, name, state);
    last = state;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 50 - (Date.now() - at))));
  }
}

const known = new Map();
const inodes = new Map();

function look() {
  for (const name of COMPONENTS.map((component) => `${component}.yaml`)) {
    const { ino } = fs.statSync(`${MANIFESTS}/${name}`, { throwIfNoEntry: false }) ?? {};
    if (inodes.has(name) && inodes.get(name) !== ino) say(name, 'renamed');
    inodes.set(name, ino);
  }
  const now = new Set(fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)));
  for (const [pid, { name, pod }] of known) {
    if (now.has(pid)) continue;
    if (name) say(name, 'ended', pod);
    known.delete(pid);
  }
  for (const pid of now) {
    // runc becomes the component: whatever has no name that counts is looked at again.
    if (known.get(pid)?.name) continue;
    const found = read(pid);
    if (found?.name && !known.get(pid)?.name) say(found.name, 'started', found.pod);
    known.set(pid, found ?? {});
  }
}

function read(pid) {
  try {
    const name = fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    if (![...COMPONENTS, 'pause'].includes(name)) return { name: undefined };
    return { name, pod: /pod([0-9a-f]{32})/.exec(fs.readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? '-' };
  } catch {
    return undefined; // ended meanwhile
  }
}

setInterval(look, 25);
void poll('readyz', https, { host, port: 6443 });
void poll('etcd', http, { host: '127.0.0.1', port: 2381 });
