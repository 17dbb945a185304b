import * as fc from 'fast-check';
import { anyConfiguration, ApiVersion, Configuration, CONFIG_FILE, meaning, uploadedAgain, wishFor } from './configurations';
import { editClusterConfiguration } from '../../../../../src/patcher/plan/kubeadm/cluster-configuration';
import { KubeadmRecord } from '../../../../../src/patcher/plan/kubeadm/kubeadm-record';
import { isSubsequence } from '../../../../../src/patcher/plan/splice';

/** One takes longer than a plan does, so that the long task has a tenth of its cases here. */
const RUNS = process.env.FAST_CHECK_RUNS ? Math.ceil(Number(process.env.FAST_CHECK_RUNS) / 30) : 40;

const wish = (apiVersion: ApiVersion) => wishFor(apiVersion === 'v1beta3' ? { kubernetes: '1.26.3', etcd: '3.5.6' } : {});

type Settings = ReturnType<typeof wish>;

interface State {
  readonly text: string;
  readonly record: KubeadmRecord;
}

/** The text and the record that are there afterwards. */
function persisted({ apiVersion, text }: Configuration, record: KubeadmRecord = {}, settings: Settings | null = wish(apiVersion)): State {
  const edit = editClusterConfiguration(text, record, settings);
  if (edit.kind === 'edited') return edit;
  if (edit.kind === 'unchanged') return { text, record };
  throw new Error(JSON.stringify(edit));
}

/** Inside brackets, gates keep the quotes that the comma between two of them needs. */
const unquoted = (text: string) => text.replace(/(feature-gates["']?|value): "(A=true)"/g, '$1: $2');

/** Every configuration that the generator makes can be edited. */
const check = (property: (configuration: Configuration) => void) => fc.assert(fc.property(anyConfiguration, property), { numRuns: RUNS });

test('what is there stays, byte for byte; adding twice is adding once; taking out gives the original bytes', () => {
  check(configuration => {
    const { apiVersion, text } = configuration;
    const once = persisted(configuration);
    if (!/: *(\{\}|\[\]|null|~)|:\s+(\[\]|\{\})/.test(text)) expect(isSubsequence(text, once.text)).toBe(true);
    expect(once.text).toContain(CONFIG_FILE);
    expect(editClusterConfiguration(once.text, once.record, wish(apiVersion))).toMatchObject({ kind: 'unchanged' });
    const out = persisted({ apiVersion, text: once.text }, once.record, null);
    expect({ ...out, text: unquoted(out.text) }).toMatchObject({ text: unquoted(text), record: {} });
  });
});

test('what kubeadm has uploaded again is known again, and taken out to the same meaning', () => {
  fc.assert(fc.property(anyConfiguration, fc.boolean(), (configuration, convert) => {
    const once = persisted(configuration);
    const again = { apiVersion: convert ? 'v1beta4' as const : configuration.apiVersion, text: uploadedAgain(once.text, convert) };
    if (again.apiVersion === configuration.apiVersion) {
      expect(editClusterConfiguration(again.text, once.record, wish(again.apiVersion))).toMatchObject({ kind: 'unchanged' });
    }
    const out = persisted(again, once.record, null);
    expect(meaning(out.text)).toEqual(meaning(uploadedAgain(configuration.text, convert)));
  }), { numRuns: RUNS });
});

test('other settings take the place of the ones before, and nothing is left of those', () => {
  check(configuration => {
    const { apiVersion } = configuration;
    const other = (version: ApiVersion) => wishFor({ ...version === 'v1beta3' ? { kubernetes: '1.26.3', etcd: '3.5.6' } : {}, endpoint: '10.96.0.51', configFile: CONFIG_FILE.replace('0a', '1b') })(version);
    const once = persisted(configuration);
    const moved = persisted({ apiVersion, text: once.text }, once.record, other);
    expect(moved.text).toBe(persisted(configuration, {}, other).text);
    expect(unquoted(persisted({ apiVersion, text: moved.text }, moved.record, null).text)).toBe(unquoted(configuration.text));
  });
});
