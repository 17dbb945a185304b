import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { filesOf, objectsOf, ROOT } from './synthesized';

test('another run id is another Job and another program ConfigMap, and changes nothing else', () => {
  const [before, after] = ['', '2026-11-23'].map(RUN_ID => objectsOf(filesOf('kubectl', { RUN_ID })['tracing.k8s.yaml']!)) as [object[], object[]];
  const changed = before.flatMap((object, i) => JSON.stringify(object) === JSON.stringify(after[i]) ? [] : [(object as { kind: string }).kind]);
  expect(changed).toEqual(['ConfigMap', 'Job']);
}, 60_000);

describe('deploy.sh', () => {
  let directory: string;
  beforeEach(() => { directory = mkdtempSync(path.join(tmpdir(), 'deploy-')); });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** Runs the script with a kubectl that notes what it is asked, and answers for the Job. */
  function deploy(answers: readonly string[], minutes = '50') {
    const kubectl = path.join(directory, 'kubectl');
    writeFileSync(path.join(directory, 'answers'), `${answers.join('\n')}\n`);
    writeFileSync(kubectl, `#!/usr/bin/env bash
cd ${directory}
echo "$*" >> calls
case "$*" in
  diff*) exit 1 ;;
  create*) echo configmap/x; echo job.batch/control-plane-tracing-0123456789 ;;
  *"get pods"*) echo "cp1: refused" ;;
  *"get job"*) answer=$(head -n 1 answers); sed -i 1d answers; [ "$answer" != refused ] || exit 1; echo -n "$answer" ;;
esac
`);
    chmodSync(kubectl, 0o755);
    const { status, stderr } = spawnSync('bash', [path.join(ROOT, 'examples/kubectl/deploy.sh'), 'cdk8s.out', minutes], {
      encoding: 'utf8', env: { ...process.env, PATH: `${directory}:${process.env.PATH}`, POLL_SECONDS: '0' },
    });
    return { status, stderr, calls: readFileSync(path.join(directory, 'calls'), 'utf8').trim().split('\n') };
  }

  test('succeeds when the Job is complete, and asks again while the API server restarts', () => {
    const { status, calls } = deploy(['', 'refused', 'refused', 'SuccessCriteriaMet Complete']);
    expect(status).toBe(0);
    expect(calls.slice(0, 2)).toEqual(['diff -f cdk8s.out', 'apply -f cdk8s.out']);
    expect(calls.filter(call => call.includes('get job.batch/control-plane-tracing-0123456789'))).toHaveLength(4);
  });

  test('fails when the Job failed, and says why', () => {
    const { status, stderr, calls } = deploy(['', 'FailureTarget Failed']);
    expect(status).toBe(1);
    expect(stderr).toContain('cp1: refused');
    expect(calls.at(-1)).toContain('job-name=control-plane-tracing-0123456789');
  });

  test('fails when the Job does not end', () => {
    const { status, stderr } = deploy([], '1');
    expect(status).toBe(1);
    expect(stderr).toContain('has not ended within 1 minutes');
  });
});
