"""One preview in a process of its own: ``python -m benchmarks.preview FOLDER -- pulumi preview …``.

A user's ``pulumi preview`` starts an interpreter, imports what the program needs and runs it; so does this. The
embedded clouds are not part of it: the engine finds them by its environment.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.memory import peak_mib
from lepton_infra.sandbox.language_host import language_host


def main(folder: str, command: list[str]) -> int:
    """Serve the program in ``folder`` and run ``command`` with ``--client`` added; returns its exit code.

    The last line of stderr is this process's peak memory in MiB.
    """
    with language_host(Path(folder)) as client:
        code = subprocess.run([*command, f"--client={client}"], cwd=folder, check=False).returncode
    print(peak_mib(), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[3:]))
