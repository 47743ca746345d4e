"""What ``gradproof check`` of a whole assignment takes: the time of the suite's process and of those beside it.

    python benchmarks/checking.py [golden|torch]... [--folder a2|sequences] [--rounds N] [--profile]

The folder is one of cs231n's second assignment, put together of right examples, or all layers of sequences that
``impl`` has. Beside the suite's are the submission's process and the one that answers with torch. Seconds are those
that the processor works, user and system, so that a machine which does something else besides says about the same;
told is the round that took the least time. ``--profile`` prints where the suite's own process works.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gradproof.conformance.power.score import PARTS
from gradproof.conformance.spec.contracts import contracts_of

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "submissions"
SEQUENCES = PARTS["sequences"]
WORKING = """
import cProfile, pstats, resource, sys
sys.path.insert(0, {root!r})
sys.argv = ["gradproof", "check", {folder!r}, "--oracle", {oracle!r}, *{only!r}]
from gradproof.conformance.cli.main import main
profile = cProfile.Profile()
try:
    profile.runcall(main) if {profile} else main()
except SystemExit as end:
    ended = end.code
for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
    used = resource.getrusage(who)
    print("CPU", used.ru_utime + used.ru_stime)
if {profile}:
    pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
sys.exit(ended)
"""


def assignment_two(folder: Path) -> Path:
    """Layers, convolutions, an update rule and both networks, each from the example that has it."""
    package = folder / "cs231n"
    shutil.copytree(EXAMPLES / "right" / "cs231n", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "classifiers").mkdir()
    for file in ("classifiers/__init__.py", "classifiers/fc_net.py", "optim.py"):
        shutil.copy(EXAMPLES / "s1" / "cs231n" / file, package / file)
    convolutional = EXAMPLES / "convnets" / "cs231n"
    shutil.copy(convolutional / "classifiers" / "cnn.py", package / "classifiers" / "cnn.py")
    for file, first in (("layers.py", "def conv_forward_naive"), ("layer_utils.py", "def conv_relu_forward")):
        text = (convolutional / file).read_text(encoding="utf-8")
        with (package / file).open("a", encoding="utf-8") as layers:
            layers.write(f"\n\n{text[text.index(first) :]}")
    return folder


def sequences(folder: Path) -> Path:
    """The files of ``impl`` that have layers of sequences, and those that they import."""
    wanted = [*SEQUENCES]
    for stem in wanted:
        text = (ROOT / "impl" / f"{stem}.py").read_text(encoding="utf-8")
        (folder / f"{stem}.py").write_text(text.replace("from .", "from "), encoding="utf-8")
        wanted += [other for other in re.findall(r"^from \.(\w+)", text, re.MULTILINE) if other not in wanted]
    return folder


def only_of(name: str) -> list[str]:
    """What narrows a check to the layers that a folder is for."""
    if name == "a2":
        return []
    return [word for stem in SEQUENCES for contract in contracts_of(stem) for word in ("--only", contract.name)]


FOLDERS = {"a2": assignment_two, "sequences": sequences}


def main() -> None:
    """Check the folder so many times by each oracle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("oracles", nargs="*", metavar="golden|torch")
    parser.add_argument("--folder", choices=FOLDERS, default="a2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, only = FOLDERS[arguments.folder](Path(name)), only_of(arguments.folder)
        for oracle in arguments.oracles or ("golden", "torch"):
            asked = {"folder": str(folder), "oracle": oracle, "only": only, "profile": arguments.profile}
            code = WORKING.format(root=str(ROOT), **asked)
            rounds = []
            for _ in range(1 if arguments.profile else arguments.rounds):
                done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
                first, *lines = done.stdout.splitlines()
                told = first.partition(": ")[2]
                worked = [float(line.split()[1]) for line in lines if line.startswith("CPU ")]
                rounds.append((float(told.split()[-2]), worked, told))
            _, (suite, beside), told = min(rounds)
            print(f"{oracle}: {told}; {suite:.2f} s of the suite, {beside:.2f} s beside it")
            if arguments.profile:
                print(done.stdout[done.stdout.rindex("CPU ") :])


if __name__ == "__main__":
    main()
