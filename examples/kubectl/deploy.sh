#!/usr/bin/env bash
# Applies what was synthesized, and waits until the Job has ended. Exit status 0: every node is as asked; 1: it is not, and why is on stderr.
#
#   deploy.sh DIRECTORY [MINUTES]
set -euo pipefail
directory=${1:?usage: deploy.sh DIRECTORY [MINUTES]}
minutes=${2:-50}

kubectl diff -f "$directory" || [ $? -eq 1 ]
kubectl apply -f "$directory"
job=$(kubectl create --dry-run=client -o name -f "$directory" | grep '^job.batch/')

# The API server restarts in between: a question that it does not answer is asked again.
for ((second = 0; second < minutes * 60; second += 5)); do
  ended=$(kubectl -n kube-system get "$job" -o 'jsonpath={.status.conditions[?(@.status=="True")].type}' 2>/dev/null || true)
  case " $ended " in
    *" Complete "*) echo "$job is complete"; exit 0 ;;
    *" Failed "*)
      echo "$job failed:" >&2
      kubectl -n kube-system get pods -l "job-name=${job#*/}" \
        -o 'jsonpath={range .items[*]}{.spec.nodeName}{": "}{.status.containerStatuses[0].state.terminated.message}{"\n"}{end}' >&2
      exit 1 ;;
  esac
  sleep "${POLL_SECONDS:-5}"
done
echo "$job has not ended within $minutes minutes" >&2
exit 1
