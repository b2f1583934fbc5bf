"""A program replaced by the command in its arguments, which the kernel kills when the parent ends (PR_SET_PDEATHSIG).

Run as a script, isolated from the project's packages: ``python -IS die_with_parent.py PARENT_PID PROGRAM ARGUMENTS…``.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""Option of prctl(2), from linux/prctl.h."""

if __name__ == "__main__":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit("the parent is gone")
    os.execv(sys.argv[2], sys.argv[2:])
