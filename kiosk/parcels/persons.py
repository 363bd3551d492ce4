"""Whose parcels belong together. A full phone is a person; a tail alone is one only while nothing speaks against it:
two different full phones or name hints under one tail are two families and are asked, never merged (domain.md §4.1).
Pure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.parcels.names import may_be_same

Parcel = sqlite3.Row | Mapping[str, Any]


def group(parcels: Iterable[Parcel]) -> list[list[Parcel]]:
    """Parcels by person, each group and the groups among themselves in the order of check-in.

    Parcels under a tail that two families share and that name neither of them form a group of their own.
    """
    clusters: list[list[Parcel]] = []
    for parcel in sorted(parcels, key=lambda row: row["id"]):
        joined = [cluster for cluster in clusters if any(_surely_same(parcel, other) for other in cluster)]
        merged = [other for cluster in joined for other in cluster] + [parcel]
        clusters = [cluster for cluster in clusters if not any(cluster is one for one in joined)] + [merged]
    found: list[list[Parcel]] = []
    for tail in dict.fromkeys(_tail(cluster) for cluster in clusters):
        under = [cluster for cluster in clusters if _tail(cluster) == tail]
        found += _families(under) if tail else under
    for cluster in found:
        cluster.sort(key=lambda row: row["id"])
    return sorted(found, key=lambda cluster: cluster[0]["id"])


def _surely_same(one: Parcel, other: Parcel) -> bool:
    if one["phone_hash"] and one["phone_hash"] == other["phone_hash"]:
        return True
    return bool(one["waybill_no"]) and one["waybill_no"] == other["waybill_no"]


def _families(clusters: list[list[Parcel]]) -> list[list[Parcel]]:
    """Clusters under one tail, merged as far as nothing contradicts."""
    if _fit(clusters):
        return [[parcel for cluster in clusters for parcel in cluster]]
    known = [cluster for cluster in clusters if _hashes(cluster) or _names(cluster)]
    unclear = [parcel for cluster in clusters if not (_hashes(cluster) or _names(cluster)) for parcel in cluster]
    merged: list[list[Parcel]] = []
    for cluster in sorted(known, key=lambda c: (not _hashes(c), -max(map(len, _names(c)), default=0), c[0]["id"])):
        fitting = [other for other in merged if _names(cluster) and _names(other) and _fit([cluster, other])]
        if len(fitting) == 1:
            fitting[0].extend(cluster)
        else:
            merged.append(list(cluster))
    return merged + ([unclear] if unclear else [])


def _fit(clusters: list[list[Parcel]]) -> bool:
    hashes = set().union(*map(_hashes, clusters))
    names = sorted(set().union(*map(_names, clusters)), key=len)
    return len(hashes) <= 1 and all(may_be_same(name, names[-1]) for name in names)


def _tail(cluster: list[Parcel]) -> str:
    return next((parcel["phone_tail"] for parcel in cluster if parcel["phone_tail"]), "")


def _hashes(cluster: list[Parcel]) -> set[str]:
    return {parcel["phone_hash"] for parcel in cluster if parcel["phone_hash"]}


def _names(cluster: list[Parcel]) -> set[str]:
    return {parcel["name_hint"] for parcel in cluster if parcel["name_hint"]}
