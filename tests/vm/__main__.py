"""``python -m tests.vm LAB MACHINE``: keyboard scanners, a serial scanner and a USB printer on a real kernel.

``LAB`` is the folder with labvm.py, ``MACHINE`` what its build-vm.sh and then ``labvm.py snap MACHINE --share .`` have
made (Debian 12, generic kernel: uinput is not enough, the devices are USB gadgets on dummy_hcd). Stands apart from
``make test`` because few machines have the lab; takes two minutes without KVM. Ends with 1 when a trial failed.
"""

import argparse
import importlib.util
import sys
import tempfile
from pathlib import Path

SITE = f".venv/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
SHARED = "/mnt/host"
TRIALS = 9


def main() -> int:
    """Runs the trials in the machine, prints what they say, and returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.vm", description=__doc__)
    parser.add_argument("lab", type=Path)
    parser.add_argument("machine")
    given = parser.parse_args()
    spec = importlib.util.spec_from_file_location("labvm", given.lab / "labvm.py")
    labvm = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(labvm)
    with tempfile.TemporaryDirectory() as run, labvm.resume(given.machine, run=run, share=str(Path.cwd())) as machine:
        _, said = machine.sh(
            f"cd {SHARED} && PYTHONDONTWRITEBYTECODE=1 PYTHONPATH={SHARED}:{SHARED}/{SITE} "
            "python3 -m tests.vm.guest /var/tmp/kiosk-trial 2>&1",
            timeout=800, check=False,
        )  # fmt: skip
        machine.quit()
    print(said)
    ends = [line.split()[0] for line in said.splitlines() if line.startswith(("ok ", "FAIL "))]
    return 0 if ends == ["ok"] * TRIALS else 1


if __name__ == "__main__":
    sys.exit(main())
