#!/bin/bash
# Keeps a program of a node running, as an init system does for a unit with Restart=always: service.sh NAME COMMAND...
# While /run/stopped/NAME exists it stays down.
set -u
name=$1
shift
while :; do
  while [ -e "/run/stopped/$name" ]; do sleep 0.1; done
  "$@" >>"/var/log/$name.log" 2>&1
  sleep 0.2
done
