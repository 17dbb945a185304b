import fc from 'fast-check';
import { parse } from 'yaml';
import { blockLines } from '../../../../../src/patcher/plan/kubeadm/yaml-write';

const texts = fc.oneof(fc.string().filter(text => text !== '__proto__'), fc.constantFrom('on', 'n', '~', '1e3', '0x1f', '12:30', 'a: b', '#', '- x', '*', '$(NODE_NAME)', 'a\nb', 'true'));
const { value } = fc.letrec(tie => ({
  value: fc.oneof({ maxDepth: 4 }, texts, fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(texts, tie('value'), { maxKeys: 3 })),
}));

test.each(['1.1', '1.2'] as const)('every reader of YAML %s gets the value back', version => {
  fc.assert(fc.property(value, written => {
    const plain = JSON.parse(JSON.stringify(written)) as unknown;
    expect(parse(blockLines({ a: plain }).join('\n'), { version, merge: false })).toEqual({ a: plain });
  }));
});
