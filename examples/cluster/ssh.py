"""Workers on machines that one reaches by SSH: python ssh.py HOST HOST ...; needs distributed and asyncssh.

The scheduler runs on the first of them, workers on the others. It prints what --executor asks for, and goes on until
Ctrl-C.
"""

import sys
from threading import Event

from distributed.deploy.ssh import SSHCluster

if __name__ == "__main__":
    with SSHCluster(sys.argv[1:], worker_options={"nthreads": 1, "n_workers": 8}) as cluster:
        print(f"--executor dask:{cluster.scheduler_address}", flush=True)  # noqa: T201 - it is what the script is for
        Event().wait()
