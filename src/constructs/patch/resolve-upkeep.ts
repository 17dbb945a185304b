import { TracingState } from './tracing-state';
import { UpkeepOptions } from './upkeep-options';
import type { PatchSpec } from '../../patch-spec/patch-spec';
import { checkBoolean, checkObject } from '../kit/check';

/** Checked. */
export interface ResolvedUpkeep {
  readonly kubeadmConfig: PatchSpec['kubeadmConfig'];
}

export function resolveUpkeep(options: UpkeepOptions, state: TracingState): ResolvedUpkeep {
  const { kubeadmConfig } = checkObject('upkeep', options) as UpkeepOptions;
  return {
    kubeadmConfig: kubeadmConfig === undefined ? undefined
      : checkBoolean('upkeep.kubeadmConfig', kubeadmConfig) && state === TracingState.ENABLED ? 'write' : 'remove',
  };
}
