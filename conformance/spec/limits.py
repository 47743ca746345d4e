"""What a submission may use: time, memory, disk, processes. The worker sets what the kernel can hold it to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The bounds of one submission.

    Args:
        case_seconds: wall-clock seconds of one case.
        submission_seconds: wall-clock seconds of everything together.
        memory_mb: address space of a process, MiB. Python with NumPy takes about 300.
        disk_mb: what a submission may write to its private /tmp, MiB.
        processes: processes and threads.
        open_files: open files of a process.
    """

    case_seconds: float = 10.0
    submission_seconds: float = 300.0
    memory_mb: int = 2048
    disk_mb: int = 64
    processes: int = 64
    open_files: int = 128


DEFAULT = Limits()
MIB = 1 << 20
FILES = 1000  # and folders and links that a submission may make: each takes memory that no size shows
