/**
 * A model of kubelet, as much of it as decides over static pods. It is a stand-in that makes hundreds of runs cheap; that the program works with
 * the real one is shown in test/integration/cluster.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { CONFIGURATION_VARIABLE, KubeletConfiguration, Transition } from './configuration';
import { Containers } from './containers';
import { FileSource } from './file-source';
import { PodWorkers } from './pod-workers';

const configuration = JSON.parse(process.env[CONFIGURATION_VARIABLE]!) as KubeletConfiguration;
const source = new FileSource(configuration.manifestsDirectory);
const tell = (transition: Transition) => fs.appendFileSync(path.join(configuration.stateDirectory, 'transitions.log'), `${JSON.stringify(transition)}\n`);
const workers = new PodWorkers(configuration, new Containers(configuration), tell);

const watcher = spawn(configuration.stub, [configuration.manifestsDirectory], { env: { MODEL_ROLE: 'watch' }, stdio: ['ignore', 'pipe', 'inherit'] });
readline.createInterface(watcher.stdout).on('line', line => {
  const [what, ...name] = line.split(' ');
  if (what === 'watching') {
    setInterval(() => workers.update(source.list()), 1000);
    workers.update(source.list());
  } else {
    workers.update(source.event(what as 'put' | 'gone', name.join(' ')));
  }
});

setInterval(() => workers.tick(Date.now()), 50);
setInterval(() => workers.housekeeping(Date.now()), 2000);
const asking = setInterval(() => {
  const request = http.get('http://127.0.0.1:6443/livez', { timeout: 500, agent: false }, response => {
    response.resume();
    if (response.statusCode !== 200) return;
    workers.sourcesReady = true;
    clearInterval(asking);
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => undefined);
}, 250);

process.on('SIGTERM', () => {
  watcher.kill('SIGKILL');
  process.exit(0);
});
