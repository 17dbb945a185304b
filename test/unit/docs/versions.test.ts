import { page, table } from './markdown';
import { kubeadmApiServer, kubeadmEtcd, KUBEADM_RELEASES } from '../../support/fixtures/manifests/kubeadm';
import { addedLines, SPEC, tryPlan } from '../patcher/plan/planning';

const text = page('docs/reference/versions.md');

/** Releases at both ends of what a cell says: `1.24 – 1.26`, `3.5.11 – 3.5.x`, `up to 1.23`, `from 1.38`, `3.7`. */
function ends(cell: string): string[] {
  return cell.replace(/^(up to|from) /, '').split(' – ').map(end => {
    const [major, minor, patch] = end.split('.');
    return `${major}.${minor}.${patch === undefined ? 0 : patch === 'x' ? 40 : patch}`;
  });
}

const rowsOf = (header: string) => table(text, header).flatMap(row => ends(row[0]!).map(version => [version, row] as const));

test.each(rowsOf('kube-apiserver'))('kube-apiserver %s is planned as the table says', (version, [, written = '', gate = '']) => {
  const result = tryPlan({ apiServer: kubeadmApiServer('1.30.14'), facts: { apiServerVersion: version }, spec: { etcd: null } });
  if (written === 'refused') {
    expect(result.kind).toBe('refused');
  } else if (result.kind === 'refused') {
    throw new Error(JSON.stringify(result.refusals));
  } else {
    const [component] = result.plan.components;
    expect(`\`${/apiserver\.config\.k8s\.io\/(\w+)/.exec(result.plan.configFile!.text)![1]}\``).toBe(written);
    expect(component!.argv.some(arg => arg.includes('APIServerTracing=true'))).toBe(gate.includes('is added'));
  }
});

test.each(rowsOf('etcd'))('etcd %s is planned as the table says', (version, [, flags = '', rate = '']) => {
  const etcd = kubeadmEtcd('1.30.14', '3.5.15-0');
  const spec = { ...SPEC, etcd: { serviceName: 'etcd', samplingRatePerMillion: 500 } };
  const result = tryPlan({ apiServer: kubeadmApiServer('1.30.14'), etcd, facts: { etcdVersion: version }, spec });
  if (flags === 'refused') {
    expect(result.kind).toBe('refused');
    return;
  }
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.refusals));
  const component = result.plan.components.find(c => c.component === 'etcd');
  if (flags.startsWith('none')) {
    expect(component).toBeUndefined();
    return;
  }
  const added = addedLines(component!.before, component!.after).filter(line => line.includes('distributed-tracing') && line.includes('- --'));
  expect(added.every(line => line.includes('--experimental-') === flags.startsWith('`--experimental-'))).toBe(true);
  expect(added.some(line => line.includes('sampling-rate'))).toBe(rate !== 'has none');
});

test('the table of what kubeadm brings knows the newest patch of every minor', () => {
  const rows = new Map(table(text, 'Kubernetes').map(([minor, etcd]) => [minor!, etcd!]));
  for (const [kubernetes, image] of KUBEADM_RELEASES) {
    const minor = kubernetes.split('.').slice(0, 2).join('.');
    expect(`${minor} ${rows.get(minor)}`).toContain(image.replace(/-0$/, ''));
  }
  expect([...rows.keys()]).toEqual(KUBEADM_RELEASES.map(([kubernetes]) => kubernetes.split('.').slice(0, 2).join('.')));
});
