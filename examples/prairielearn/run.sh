#!/usr/bin/env bash
# PrairieLearn's external grader starts this for each hand-in. Every path can be set otherwise, to try it at home.
set -uo pipefail

root=${GRADE_ROOT:-/grade}
gradproof=${GRADPROOF:-/opt/gradproof/bin/gradproof}
assignment=${ASSIGNMENT:-$root/tests/assignment.toml}
fixtures=${FIXTURES:-$root/tests/fixtures} # the private set; without it torch must be installed, or nothing is judged
results=$root/results/results.json

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/class" "$root/results"

# A class of one: gradproof judges the folders that it finds in a folder.
cp -RP "$root/student" "$work/class/hand-in"

answers=()
if [ -d "$fixtures" ]; then
    answers=(--fixtures "$fixtures")
fi
"$gradproof" grade "$work/class" --assignment "$assignment" --out "$work/out" --workers 1 "${answers[@]}"
"$gradproof" report "$work/out" --format prairielearn --submission hand-in --output "$work/results.json"
if [ -s "$work/results.json" ]; then
    mv "$work/results.json" "$results"
    exit
fi

# Not gradable costs the student no attempt.
cat >"$results" <<'JSON'
{
  "gradable": false,
  "format_errors": ["The grader itself could not run. This says nothing about your code: tell the course's staff."]
}
JSON
