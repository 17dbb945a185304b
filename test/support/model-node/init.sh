#!/bin/bash
# The first process of a model node: the service manager that restarts kubelet, and the parent of what kubelet leaves behind.
ip link set lo up
while :; do
  (exec -a kubelet "$1" "$2")
  sleep 0.3
done
