import { CollectorAddress } from '../../../../src/constructs/kit/collector-address';
import { ControlPlanePatch } from '../../../../src/constructs/patch/control-plane-patch';
import { ControlPlanePatchOptions } from '../../../../src/constructs/patch/control-plane-patch-props';
import { TracingConfig, TracingConfigProps } from '../../../../src/constructs/patch/tracing-config';
import { find, render, Rendered } from '../rendering';

export const SERVICE = CollectorAddress.service({ namespace: 'telemetry', name: 'collector' });

/** What goes into a patch and its tracing configuration. */
export interface Both extends ControlPlanePatchOptions {
  readonly config?: Partial<TracingConfigProps>;
  readonly edit?: (patch: ControlPlanePatch) => void;
}

/** All objects of a patch and its tracing configuration. */
export function patchObjects({ config, edit, ...props }: Both = {}): Rendered[] {
  return render(chart => {
    const tracingConfig = new TracingConfig(chart, 'config', { collector: SERVICE, ...config });
    const patch = new ControlPlanePatch(chart, 'patch', { ...props, tracingConfig });
    edit?.(patch);
  });
}

export const jobOf = (both?: Both) => find(patchObjects(both), 'Job');
export const podOf = (both?: Both) => jobOf(both).spec.template.spec;
export const specOf = (both?: Both) => JSON.parse(find(patchObjects(both), 'ConfigMap', `${both?.name ?? 'control-plane-tracing'}-program`).data['spec.json']);
