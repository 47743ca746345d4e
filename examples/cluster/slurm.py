"""Workers that Slurm starts: python slurm.py JOBS; needs distributed and dask-jobqueue.

Each job has 8 workers, which judge a hand-in at a time each. It prints what --executor asks for, and goes on until
Ctrl-C; run it where the nodes reach it, as on the login node.
"""

import sys
from threading import Event

from dask_jobqueue import SLURMCluster

if __name__ == "__main__":
    with SLURMCluster(cores=8, processes=8, memory="16GB", walltime="02:00:00") as cluster:
        cluster.scale(jobs=int(sys.argv[1]))
        print(f"--executor dask:{cluster.scheduler_address}", flush=True)  # noqa: T201 - it is what the script is for
        Event().wait()
