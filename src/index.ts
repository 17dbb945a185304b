export { CollectorAddress, CollectorServiceOptions } from './constructs/collector-address';
export { ControlPlaneComponent } from './constructs/control-plane-component';
export { ControlPlanePatch } from './constructs/control-plane-patch';
export { ControlPlanePatchOptions, ControlPlanePatchProps } from './constructs/control-plane-patch-props';
export { TracingConfig, TracingConfigProps } from './constructs/tracing-config';
export { TracingState } from './constructs/tracing-state';
