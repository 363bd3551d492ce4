"""Addresses whose builders are made late are the addresses that Werkzeug's own rules build, with and without what a rule
doesn't know."""

from urllib.parse import unquote

from werkzeug.routing import Map, Rule

from web.lazy_rules import LazyRule

PLACES = {"home": "/", "one": "/parcels/<int:parcel_id>", "two": "/days/<on>/<name>"}
VALUES = [("home", {}), ("one", {"parcel_id": 7, "q": "取 件"}), ("two", {"on": "2026-11-22", "name": "取件 ü"}),
          ("fixed", {"kind": "x", "next": "/parcels?id=1"})]  # fmt: skip


def adapter(kind: type[Rule]):
    rules = [kind(path, endpoint=name) for name, path in PLACES.items()]
    rules.append(kind("/old/<kind>", endpoint="fixed"))
    rules.append(kind("/old", endpoint="fixed", defaults={"kind": "x"}))
    return Map(rules, redirect_defaults=False).bind("127.0.0.1")


def test_late_rule_builds_and_matches_what_any_rule_does():
    late, usual = adapter(LazyRule), adapter(Rule)
    for name, values in VALUES:
        built = usual.build(name, values)
        assert [late.build(name, values), late.build(name, values)] == [built, built]
        assert late.match(path := unquote(built.partition("?")[0])) == usual.match(path)


def test_rule_is_compiled_when_it_is_first_built_from(monkeypatch):
    compiled = []
    real = Rule._compile_builder
    monkeypatch.setattr(Rule, "_compile_builder", lambda rule, *args: compiled.append(rule.rule) or real(rule, *args))
    late = adapter(LazyRule)
    late.match("/parcels/7")
    assert compiled == []
    late.build("one", {"parcel_id": 7})
    late.build("one", {"parcel_id": 8})
    assert set(compiled) == {"/parcels/<int:parcel_id>"}
    assert len(compiled) <= 2
