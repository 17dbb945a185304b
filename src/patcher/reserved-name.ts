/**
 * Flux substitutes `${...}` in whatever it applies, and the minifier likes `$` as a name: `class a extends ${` is then a variable to Flux.
 * A name that the program refers to as a global one is not given to anything else. This line does nothing more.
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
 */
declare const $: unknown;
Object.freeze(typeof $);
