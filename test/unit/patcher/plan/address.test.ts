import { addressBits } from '../../../../src/patcher/plan/address';

/** In hexadecimal, which is easier to read. */
const hexadecimal = (text: string) => addressBits(text)?.match(/.{16}/g)?.map(bits => parseInt(bits, 2).toString(16)).join(':');

test.each([
  ['10.0.0.11', '0:0:0:0:0:ffff:a00:b'], ['::ffff:10.0.0.11', '0:0:0:0:0:ffff:a00:b'], ['255.1.2.3', '0:0:0:0:0:ffff:ff01:203'], ['::', '0:0:0:0:0:0:0:0'], ['::1', '0:0:0:0:0:0:0:1'],
  ['fd00:10:96::50', 'fd00:10:96:0:0:0:0:50'], ['FD00:0010:0096:0:0:0:0:0050', 'fd00:10:96:0:0:0:0:50'], ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'], ['1::', '1:0:0:0:0:0:0:0'], ['1:2::7:8', '1:2:0:0:0:0:7:8'],
])('%s is %s', (text, groups) => {
  expect(addressBits(text)).toHaveLength(128);
  expect(hexadecimal(text)).toBe(groups);
});

test.each(['', 'localhost', '10.0.0', '10.0.0.256', '[::1]', '10.0.0.1/8', '1::2::3', 'fd00::g'])('%p is no address', text => {
  expect(addressBits(text)).toBeUndefined();
});
