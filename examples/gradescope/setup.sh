#!/usr/bin/env bash
# Gradescope runs this once, as root, when the autograder is built: Python, gradproof from the wheel in the zip, a wall.
set -euo pipefail

source=${AUTOGRADER_ROOT:-/autograder}/source
home=${GRADPROOF_HOME:-/opt/gradproof}

apt-get update
apt-get install -y python3 python3-venv bubblewrap libseccomp2
python=python3
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then # Ubuntu 22.04 has 3.10
    apt-get install -y python3.11 python3.11-venv
    python=python3.11
fi

"$python" -m venv "$home"
wheels=("$source"/gradproof-*.whl)
"$home/bin/pip" install "gradproof[sandbox] @ file://${wheels[0]}"

chmod -R go= "$source" # the assignment and the answers are root's alone
"$home/bin/gradproof" doctor || true # in the build's output: which wall this container can put up
