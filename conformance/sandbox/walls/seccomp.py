"""The system calls that a submission has a use for, as seccomp programs. Needs pyseccomp and libseccomp."""

import errno
import os
from contextlib import ExitStack
from importlib import import_module
from typing import Any

from gradproof.conformance.errors import install
from gradproof.conformance.sandbox.walls.confine import OWN_PID
from gradproof.conformance.spec.words.said import say

NEW_THREAD = 0x00010000  # CLONE_THREAD
INT = 0xFFFF_FFFF  # of an argument, what the kernel reads where it takes an int
CREATE = 0o100  # O_CREAT
PRCTL = (3, 15, 16, 21, 23, 38, 39, 41, 42, 0x53564D41)  # that ask, or name a thread or memory
ALLOWED = (  # noqa: SIM905 - a list of two hundred quoted words is no better
    # memory
    "brk mmap mmap2 munmap mremap mprotect madvise msync mincore membarrier get_mempolicy "
    # open files
    "read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek _llseek close close_range dup dup2 "
    "dup3 fcntl fcntl64 ioctl flock fsync fdatasync sync_file_range ftruncate ftruncate64 fallocate fadvise64 "
    "fadvise64_64 readahead copy_file_range sendfile sendfile64 pipe pipe2 eventfd eventfd2 "
    # files by name
    "open openat creat stat stat64 lstat lstat64 fstat fstat64 newfstatat fstatat64 statx statfs statfs64 fstatfs "
    "fstatfs64 access faccessat faccessat2 readlink readlinkat getdents getdents64 getcwd chdir fchdir mkdir mkdirat "
    "rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat truncate truncate64 umask chmod "
    "fchmod fchmodat fchmodat2 utime utimes futimesat utimensat utimensat_time64 getxattr lgetxattr fgetxattr "
    "listxattr llistxattr flistxattr "
    # waiting
    "poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64 epoll_create epoll_create1 epoll_ctl "
    "epoll_wait epoll_pwait epoll_pwait2 pause wait4 waitid waitpid "
    # time
    "clock_gettime clock_gettime64 clock_getres clock_getres_time64 clock_nanosleep clock_nanosleep_time64 nanosleep "
    "gettimeofday time times getitimer setitimer alarm "
    # threads
    "futex futex_time64 futex_waitv get_robust_list set_robust_list set_tid_address set_thread_area arch_prctl rseq "
    "gettid getcpu sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max "
    "sched_get_priority_min exit exit_group restart_syscall "
    # signals
    "rt_sigaction rt_sigprocmask rt_sigreturn sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait "
    "rt_sigtimedwait_time64 sigaltstack "
    # what it is
    "getpid getppid getuid geteuid getgid getegid getuid32 geteuid32 getgid32 getegid32 getresuid getresgid "
    "getresuid32 getresgid32 getgroups getgroups32 getpgrp getpgid getsid getpriority getrlimit ugetrlimit setrlimit "
    "getrusage uname sysinfo getrandom capget"
).split()
MAKES_FILES = ("creat", "mkdir", "mkdirat", "symlink", "symlinkat", "link", "linkat")


def missing() -> str | None:
    """Why there is no filter; None if there is one."""
    try:
        import_module("pyseccomp")
    except (ImportError, OSError, RuntimeError) as error:
        return say(
            "no filter of system calls, without which it is no wall ({reason}); install libseccomp2 (Debian), and: "
            "{command}",
            reason=error,
            command=install("sandbox"),
        )
    return None


def programs(resources: ExitStack) -> tuple[int, int]:
    """Files in memory with the two filters, as BPF; their descriptors."""
    return _program(few_calls(), resources), _program(no_new_files(), resources)


def _program(rules: Any, resources: ExitStack) -> int:
    file = resources.enter_context(os.fdopen(os.memfd_create("seccomp"), "w+b"))
    rules.export_bpf(file)
    file.flush()
    return file.fileno()


def few_calls() -> Any:
    """The filter: what is not listed does not exist. Threads may be started, processes not; no other is touched."""
    seccomp = import_module("pyseccomp")
    refused = seccomp.ERRNO(errno.EPERM)
    made = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS))
    for name in ALLOWED:
        _add(made, seccomp.ALLOW, name)
    _add(made, seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, NEW_THREAD, NEW_THREAD))
    _add(made, refused, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, NEW_THREAD, 0))
    for name in ("kill", "tgkill", "prlimit64"):
        _add(made, seccomp.ALLOW, name, seccomp.Arg(0, seccomp.MASKED_EQ, INT, OWN_PID))
    _add(made, seccomp.ALLOW, "prlimit64", seccomp.Arg(0, seccomp.MASKED_EQ, INT, 0))  # is its own as well
    for option in PRCTL:
        _add(made, seccomp.ALLOW, "prctl", seccomp.Arg(0, seccomp.MASKED_EQ, INT, option))
    return made


def no_new_files() -> Any:
    """The filter for where the number of files cannot be bounded: none is made."""
    seccomp = import_module("pyseccomp")
    refused = seccomp.ERRNO(errno.EROFS)
    made = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in MAKES_FILES:
        _add(made, refused, name)
    for name, flags in (("open", 1), ("openat", 2)):
        _add(made, refused, name, seccomp.Arg(flags, seccomp.MASKED_EQ, CREATE, CREATE))
    return made


def _add(made: Any, action: Any, name: str, *arguments: Any) -> None:
    try:
        made.add_rule(action, name, *arguments)
    except (ValueError, OSError, RuntimeError):
        return  # a call that this architecture or this libseccomp does not have
