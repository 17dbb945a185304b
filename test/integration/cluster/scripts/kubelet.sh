#!/bin/bash
# Starts kubelet as kubeadm's systemd unit does, once kubeadm has written what it needs: kubelet.sh BINARY
# https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/kubelet-integration/#the-kubelet-drop-in-file-for-systemd
set -eu
until [ -e /var/lib/kubelet/config.yaml ]; do sleep 0.1; done
. /var/lib/kubelet/kubeadm-flags.env
# shellcheck disable=SC2086 # the flags are words
exec "$1" \
  --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf \
  --kubeconfig=/etc/kubernetes/kubelet.conf \
  --config=/var/lib/kubelet/config.yaml \
  $KUBELET_KUBEADM_ARGS
