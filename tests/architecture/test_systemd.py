"""The units of an installed station: they parse, start what exists, stay down when they must, and are shut in."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

SYSTEMD = ROOT / "systemd"
SERVICES = sorted(SYSTEMD.glob("*.service"))
DAEMONS = [unit for unit in SERVICES if unit.stem != "kiosk-chores"]
PLACE = "/opt/kiosk/"


def settings_of(unit: Path) -> dict[str, list[str]]:
    """Each key of a unit with all its values, sections joined (no key of ours stands in two)."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def test_units_of_a_station_are_complete() -> None:
    names = {path.name for path in SYSTEMD.iterdir() if path.is_file()}
    assert names == {
        "kiosk.target", "kiosk-web.service", "kiosk-devices.service", "kiosk-sync.service",
        "kiosk-chores.service", "kiosk-chores.timer",
    }  # fmt: skip
    wanted = settings_of(SYSTEMD / "kiosk.target")["Wants"][0].split()
    assert set(wanted) == names - {"kiosk.target", "kiosk-chores.service"}


def test_units_pass_systemds_own_check(tmp_path: Path) -> None:
    """Where systemd is there to ask; the paths of an installed station are replaced, as this isn't one."""
    analyze = shutil.which("systemd-analyze")
    for unit in SYSTEMD.glob("kiosk*.*"):
        text = unit.read_text(encoding="utf-8")
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        text = re.sub(r"^(User|Group|SupplementaryGroups)=.*\n", "", text, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    if analyze:
        ran = subprocess.run(
            [analyze, "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))], capture_output=True, text=True
        )
        said = [line for line in ran.stderr.splitlines() if str(tmp_path) in line or "kiosk" in line]
        assert (ran.returncode, said) == (0, []), ran.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_service_starts_what_exists(unit: Path) -> None:
    command = settings_of(unit)["ExecStart"][0].split()
    assert command[0].startswith(f"{PLACE}.venv/bin/")
    if command[0].endswith("/python"):
        assert command[1] == "-m"
        assert (ROOT / command[2] / "__main__.py").is_file()
    else:
        assert command == [f"{PLACE}.venv/bin/kiosk", "chores"]


@pytest.mark.parametrize("unit", DAEMONS, ids=lambda unit: unit.stem)
def test_daemon_comes_back_unless_a_person_is_needed(unit: Path) -> None:
    settings = settings_of(unit)
    assert settings["Restart"] == ["always"]
    assert settings["RestartPreventExitStatus"] == ["2 3"]  # usage, configuration: architecture §6
    assert settings["StartLimitIntervalSec"] == ["0"]
    assert settings["PartOf"] == ["kiosk.target"]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_service_is_shut_in(unit: Path) -> None:
    settings = settings_of(unit)
    assert settings["User"] == ["kiosk"]
    assert "KIOSK_STATE=/var/lib/kiosk KIOSK_RUNTIME=/run/kiosk" in settings["Environment"][-1]
    for key in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "RestrictNamespaces", "RestrictSUIDSGID"):
        assert settings[key] == ["yes"], key
    assert settings["ProtectSystem"] == ["strict"]
    assert settings["CapabilityBoundingSet"] == [""]
    if unit.stem == "kiosk-devices":
        assert settings["DevicePolicy"] == ["closed"]
        assert "input" not in settings["SupplementaryGroups"][0].split()  # it would open every keyboard
    else:
        assert settings["PrivateDevices"] == ["yes"]


def test_pages_answer_this_machine_alone() -> None:
    settings = settings_of(SYSTEMD / "kiosk-web.service")
    assert settings["IPAddressDeny"] == ["any"]
    assert settings["IPAddressAllow"] == ["localhost"]


def test_runtime_folder_is_the_stations_own() -> None:
    assert "d /run/kiosk 0700 kiosk kiosk -" in (SYSTEMD / "tmpfiles.d/kiosk.conf").read_text(encoding="utf-8")
    assert re.search(r"^u kiosk ", (SYSTEMD / "sysusers.d/kiosk.conf").read_text(encoding="utf-8"), re.MULTILINE)


def test_udev_rules_are_well_formed() -> None:
    text = (SYSTEMD / "udev/70-kiosk.rules").read_text(encoding="utf-8").replace("\\\n", "")
    match = r"[A-Z]+(?:\{[A-Za-z_]+\})?(?:==|!=|\+=|=)\"[^\"]*\""
    rules = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [line for line in rules if not re.fullmatch(rf"{match}(?:,\s*{match})*", line)] == []
    assert set(re.findall(r'GOTO="(\w+)"', text)) == set(re.findall(r'LABEL="(\w+)"', text))
    assert 'ENV{ID_MM_DEVICE_IGNORE}="1"' in text
