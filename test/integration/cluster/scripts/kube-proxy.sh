#!/bin/bash
# Starts kube-proxy once kubeadm has written credentials for it: kube-proxy.sh BINARY
set -eu
until [ -e /etc/kubernetes/admin.conf ]; do sleep 0.1; done
exec "$1" --config=/etc/kube-proxy.yaml
