"""Becomes PostgreSQL: gives up root, asks the kernel to stop the server with its starter, and executes it.

Run as `python -I launch.py STARTER_PID UID GID POSTGRES ARGUMENT…`, never imported. It is a program of its own because
this work belongs between fork and exec, where a process with threads must not run Python.
"""

import contextlib
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(starter: int, uid: int, gid: int, command: list[str]) -> None:
    """Turn this process into the command, or leave at once when the starter is already gone."""
    # The C library is found before root is given up: Python itself may lie where the other user cannot look.
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # After setuid, which clears it. Linux only; elsewhere the next start finds a server left behind, and keeps it.
    with contextlib.suppress(AttributeError):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != starter:
        sys.exit("the starter is gone")
    os.execv(command[0], command)  # noqa: S606  # becoming the server is this program's purpose


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
