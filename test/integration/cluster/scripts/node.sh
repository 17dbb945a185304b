#!/bin/bash
# The first process of a node, in namespaces of its own: node.sh DIRECTORY NAME
# DIRECTORY holds what a machine has on its disk: etc, var/lib and var/log.
set -eu
directory=$1 name=$2
read -r machine_pid _ </proc/self/stat # while /proc is still the machine's

for own in etc var/lib var/log; do mount --bind "$directory/$own" "/$own"; done
mount -t tmpfs tmpfs /run
mkdir /run/stopped
mount -t proc proc /proc

# kubelet sets these for the whole machine (setupKernelTunables in pkg/kubelet/cm/container_manager_linux.go).
# Here it finds files that only look like them, so that the machine keeps its own values.
for name_of_sysctl in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  stand_in="/run/sysctl/$name_of_sysctl"
  mkdir -p "$(dirname "$stand_in")"
  cat "/proc/sys/$name_of_sysctl" >"$stand_in"
  mount --bind "$stand_in" "/proc/sys/$name_of_sysctl"
done

mount --make-rshared / # pods' volumes are mounted here and must appear in containers
hostname "$name"
ip link set lo up
sysctl -qw net.ipv4.ip_forward=1
echo "$machine_pid"

# bash as PID 1 also reaps the processes that nobody waits for.
while :; do sleep 3600 & wait; done
