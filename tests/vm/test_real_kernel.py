"""Keyboard scanners, a serial scanner and a USB printer on a real kernel, in a virtual machine.

Needs the lab: ``KIOSK_LAB`` names the folder with labvm.py, ``KIOSK_VM`` the machine that its build-vm.sh and
``labvm.py snap --share`` have made (Debian 12, generic kernel). Skipped where they are not set; takes two minutes without KVM.
"""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

LAB, VM = os.environ.get("KIOSK_LAB"), os.environ.get("KIOSK_VM")
SITE = f".venv/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"


@pytest.mark.skipif(not LAB or not VM, reason="KIOSK_LAB and KIOSK_VM name the lab and its machine")
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the lab's own sockets
def test_devices_process_on_a_real_kernel(tmp_path):
    spec = importlib.util.spec_from_file_location("labvm", Path(LAB) / "labvm.py")
    labvm = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(labvm)
    machine = labvm.resume(VM, run=str(tmp_path), share=str(Path.cwd()))
    with machine:
        _, said = machine.sh(
            f"cd /mnt/host && PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/mnt/host:/mnt/host/{SITE} "
            "python3 -m tests.vm.guest /root/kiosk-trial 2>&1",
            timeout=800, check=False,
        )  # fmt: skip
        print(said)
        machine.quit()
    lines = [line for line in said.splitlines() if line.startswith(("ok ", "FAIL "))]
    assert [line for line in lines if line.startswith("FAIL")] == []
    assert len(lines) == 9, said
