"""Pictures of the pages of convenience services: what there are and what is due, forms made from data, a case in each state."""

from tests.web.shots import Shot, row


def _in(state: str, service: str = "train") -> str:
    return f"SELECT MAX(id) FROM conveniences WHERE state = '{state}' AND service = '{service}'"


SHOTS = {
    "conveniences.all_conveniences": (
        Shot("/conveniences", "conveniences"),
        Shot("/conveniences?state=all", "conveniences-all"),
    ),
    "conveniences.new_convenience": tuple(
        Shot(f"/conveniences/new/{code}", f"convenience-new-{code}") for code in ("train", "clinic", "job", "print")
    ),
    "conveniences.one_convenience": (
        Shot(row("/conveniences/{}", _in("received")), "convenience-received"),
        Shot(row("/conveniences/{}", _in("received", "clinic")), "convenience-clinic"),
        Shot(row("/conveniences/{}", _in("failed")), "convenience-failed"),
        Shot(row("/conveniences/{}", _in("done", "hotel")), "convenience-done"),
    ),
}
