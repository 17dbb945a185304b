/**
 * The order in which two workers take the tests on real components: what takes longest begins first, or it would run alone at the end.
 *
 * A machine that has run them before knows how long each took; this is for one that has not, as in CI.
 */
const { default: Sequencer } = require('@jest/test-sequencer');

const FIRST = ['cluster/three-nodes', 'cluster/main-job', 'cluster/trace', 'cluster/by-hand', 'cluster/harness', 'collector/'];

function place(path) {
  const found = FIRST.findIndex(part => path.includes(`/test/integration/${part}`));
  return found === -1 ? FIRST.length : found;
}

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => place(a.path) - place(b.path) || (a.path < b.path ? -1 : 1));
  }
};
