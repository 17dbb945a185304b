import { checkSchedule, checkTimeZone } from './check-schedule';
import { TracingState } from './tracing-state';
import { UpkeepOptions } from './upkeep-options';
import type { PatchSpec } from '../../patch-spec/patch-spec';
import { checkBoolean, refuse } from '../kit/check';
import { checkOptions } from '../kit/check-options';

/** Checked. */
export interface ResolvedUpkeep {
  readonly kubeadmConfig: PatchSpec['kubeadmConfig'];
  /** Of the CronJob, where there is one. */
  readonly schedule: string | undefined;
  readonly timeZone: string | undefined;
}

export function resolveUpkeep(options: UpkeepOptions, state: TracingState): ResolvedUpkeep {
  const { kubeadmConfig, schedule, timeZone } = checkOptions('upkeep', options, 'UpkeepOptions');
  if (timeZone !== undefined && schedule === undefined) {
    refuse('upkeep.timeZone', timeZone, "be left out where 'upkeep.schedule' is: it would have no effect");
  }
  return {
    kubeadmConfig: kubeadmConfig === undefined
      // A scheduled run waits for the end of an upgrade, which the version there tells.
      ? schedule === undefined ? undefined : 'compare'
      : checkBoolean('upkeep.kubeadmConfig', kubeadmConfig) && state === TracingState.ENABLED ? 'write' : 'remove',
    schedule: schedule === undefined ? undefined : checkSchedule('upkeep.schedule', schedule),
    timeZone: timeZone === undefined ? undefined : checkTimeZone('upkeep.timeZone', timeZone),
  };
}
