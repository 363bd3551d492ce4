"""Who may what: every operation of the document, asked by every role."""

from __future__ import annotations

import pytest

from tests.web.api.doors.every import MATRIX, address
from tests.web.api.program import PREFIX, ROLES, ApiStation


def test_matrix_names_every_operation_of_the_document(api: ApiStation) -> None:
    operations = {
        (method.upper(), path.removeprefix(PREFIX))
        for path, methods in api.document["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert operations == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
def test_role_may_what_it_may_and_nothing_else(api: ApiStation, role: str) -> None:
    program = api.program(role)
    before = api.value("SELECT MAX(seq) FROM audit")
    for (method, path), (body, roles) in MATRIX.items():
        if role in roles:
            continue
        answer = program.send(method, address(path), json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "staff.not_allowed"), (method, path)
    assert api.value("SELECT MAX(seq) FROM audit") == before
    for (method, path), (body, roles) in MATRIX.items():
        if role in roles:
            answer = program.send(method, address(path), json=body)
            assert answer.status_code not in (401, 403), (method, path, answer.text)
