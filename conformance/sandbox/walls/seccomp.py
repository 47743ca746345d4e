"""The system calls that a submission has no use for, as a seccomp program. Needs pyseccomp and libseccomp."""

import errno
import os
from importlib import import_module
from typing import IO, Any

NEW_THREAD = 0x00010000  # CLONE_THREAD
FORBIDDEN = (  # noqa: SIM905 - a list of eighty quoted words is no better
    # other processes, and what outlives one
    "fork vfork ptrace process_vm_readv process_vm_writev pidfd_open pidfd_getfd pidfd_send_signal kcmp "
    # the network
    "socket socketpair bind listen connect accept accept4 "
    # other views of the system
    "unshare setns mount umount2 pivot_root chroot fsopen fsconfig fsmount fspick open_tree move_mount mount_setattr "
    "open_by_handle_at name_to_handle_at "
    # memory that no limit counts
    "memfd_create memfd_secret shmget shmat shmctl semget semop msgget msgsnd mq_open "
    # the kernel's larger doors
    "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register add_key request_key keyctl "
    "init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff acct quotactl syslog "
    "personality modify_ldt iopl ioperm vhangup lookup_dcookie nfsservctl fanotify_init inotify_init inotify_init1"
).split()


def missing() -> str | None:
    """Why there is no filter; None if there is one."""
    try:
        import_module("pyseccomp")
    except (ImportError, OSError, RuntimeError) as error:
        from gradproof.conformance.errors import install  # not for confine.py, beside which this file stands alone

        told = f"no filter of system calls, without which it is no wall ({error})"
        return f"{told}; install libseccomp2 (Debian), and: {install('sandbox')}"
    return None


def write_program(file: IO[bytes]) -> None:
    """The filter as BPF. A forbidden call fails with EPERM; a new process too, and a new thread does not."""
    rules().export_bpf(file)
    file.flush()
    os.lseek(file.fileno(), 0, os.SEEK_SET)


def rules() -> Any:
    """The filter; ``load()`` sets it on this very process, and on what it starts, for good."""
    seccomp = import_module("pyseccomp")
    made = seccomp.SyscallFilter(seccomp.ALLOW)
    refused = seccomp.ERRNO(errno.EPERM)
    for name in FORBIDDEN:
        try:
            made.add_rule(refused, name)
        except (ValueError, OSError, RuntimeError):
            continue  # a call that this architecture or this libseccomp does not have
    made.add_rule(refused, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, NEW_THREAD, 0))
    made.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags lie in memory; the C library then uses clone
    return made
