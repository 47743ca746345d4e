#!/usr/bin/env bash
# Judges the repository it is run in, leaves results/. Ends as "gradproof check" does: 0 right, 1 wrong, 2 neither.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
gradproof=${GRADPROOF:-gradproof}
assignment=${ASSIGNMENT:-$here/assignment.toml}
submission=${SUBMISSION:-.}
results=${RESULTS:-results}

"$gradproof" check "$submission" --assignment "$assignment" --oracle golden
verdict=$?

# A class of one: gradproof judges the folders that it finds in a folder.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/class" "$results"
cp -RP "$submission" "$work/class/hand-in"

# No wall: the runner is the student's own, and is thrown away. The cases are those that everybody has: no grade.
"$gradproof" grade "$work/class" --assignment "$assignment" --out "$work/out" --no-sandbox --public-cases \
    >"$work/log" || exit 2
report() { "$gradproof" report "$work/out" "$@"; }
report --format junit --output "$results/junit.xml" || exit 2
report --format html --view student --submission hand-in --output "$results/report.html" || exit 2

IFS=, read -r _ score max _ < <(report --format csv | tail -n 1 | tr -d '"')
echo "::notice title=Points::$score of $max"
echo "**$score of $max points** for commit ${GITHUB_SHA:-of this folder}" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$verdict"
