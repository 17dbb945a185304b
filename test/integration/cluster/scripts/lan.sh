#!/bin/bash
# The first process of a cluster, in its PID and network namespaces: lan.sh DIRECTORY
# Its network namespace holds only a bridge, the network that the nodes are plugged into.
set -eu
read -r machine_pid _ </proc/self/stat # while /proc is still the machine's
mount -t proc proc /proc
ip link set lo up
ip link add lan type bridge
ip address add 10.99.0.1/24 dev lan
ip link set lan up
echo "$machine_pid"

# bash as PID 1 also reaps the processes that nobody waits for.
while :; do sleep 3600 & wait; done
