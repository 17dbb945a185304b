#!/bin/bash
# Holds a cluster and removes it: janitor.sh DIRECTORY CGROUP
#
# Runs in a session of its own and waits for the end of its standard input, a pipe from the program
# that started the cluster. The kernel closes that pipe however the program ends, also by SIGKILL.
# All processes of the cluster are in one PID namespace: killing its first process kills them all,
# and the namespaces and the mounts end with the last process.
set -u
directory=$1 cgroup=$2
trap : INT TERM HUP # only the end of the input ends this; a handler, unlike ignoring, is not inherited

setpriv --pdeathsig KILL \
  unshare --pid --net --mount --ipc --uts --fork --kill-child --propagation private \
  bash "$(dirname "$0")/lan.sh" "$directory" </dev/null &
unshare=$!

cat >/dev/null

# unshare ends only when the first process of the namespace has ended, and that one only after all others.
kill -KILL "$(cat "/proc/$unshare/task/$unshare/children")"
wait "$unshare"

for _ in {1..100}; do
  find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2>/dev/null
  rm -rf --one-file-system "$directory" 2>/dev/null
  [ -z "$(find /sys/fs/cgroup -type d -name "$cgroup")" ] && [ ! -e "$directory" ] && exit 0
  sleep 0.1
done
echo "could not remove all of $directory and the cgroup $cgroup" >&2
exit 1
