"""Pictures of the registers: the shelf with what is due, a book, forms with rows and with a board to sign on, an entry in each
stage, its correction."""

from tests.web.shots import Shot, row


def _in(state: str, register: str = "complaints") -> str:
    return f"SELECT MAX(id) FROM register_entries WHERE register = '{register}' AND state = '{state}'"


_LAST = "SELECT MAX(id) FROM register_entries WHERE register = '{}'"

SHOTS = {
    "registers.shelf": (Shot("/registers", "registers"),),
    "registers.book": (
        Shot("/registers/complaints", "register-complaints"),
        Shot("/registers/trainings?month=2019-01", "register-empty"),
    ),
    "registers.new": (
        Shot("/registers/complaints/new", "register-new-complaint"),
        Shot("/registers/inspections/new", "register-new-inspection"),
        Shot("/registers/trainings/new", "register-new-training"),
    ),
    "registers.one": (
        Shot(row("/registers/complaints/{}", _in("open")), "register-complaint-open"),
        Shot(row("/registers/complaints/{}", _in("closed")), "register-complaint-closed"),
        Shot(row("/registers/inspections/{}", _LAST.format("inspections")), "register-inspection"),
        Shot(row("/registers/assets/{}", _LAST.format("assets")), "register-asset"),
    ),
    "registers.step": (Shot(row("/registers/complaints/{}/step/close", _in("open")), "register-complaint-close"),),
    "registers.correct": (Shot(row("/registers/complaints/{}/correct", _in("closed")), "register-complaint-correct"),),
}
