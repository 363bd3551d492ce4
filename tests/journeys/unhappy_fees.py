"""What goes wrong with the published fees, one line each: id, sentence, the refusal's code ('' where the station does it
and says so). Each can be taken on a page and by the API."""

from __future__ import annotations

PATHS: list[tuple[str, str, str]] = [
    ("fee-none", "a service is asked for that has no published fee, not even as free", "fee.not_published"),
    ("fee-told-other", "the clerk has told the villager another fee than the published one", "fee.differs"),
    ("fee-storage-early", "a parcel within its free days is to be charged for keeping", "parcel.storage_free"),
    ("fee-unreadable", "the manager types an amount in words and publishes all the same", "fees.unreadable"),
    ("fee-no-items", "an empty list is published", "fees.unreadable"),
    ("fee-backdated", "a list is to have been in force since yesterday", "fees.backdated"),
    ("fee-two-writers", "two windows write the draft; the older one saves", "fees.draft_changed"),
    ("fee-published-twice", "publish is pressed again after somebody else published", "fees.draft_changed"),
    ("fee-too-many", "a draft of more items than a wall can hold", "fees.draft_too_large"),
    ("fee-operator", "an operator wants to publish fees", "staff.not_allowed"),
    ("fee-discarded", "the draft is thrown away: the fees in force stay", ""),
    ("fee-midday", "a dearer list begins while a ticket stands open: that ticket keeps its version, the next pays more", ""),
    ("fee-overnight", "a ticket carried over meets a list that began today", "ticket.fees_changed"),
    ("fee-parcel", "a fee on collecting a parcel is written: the warning stands beside it, it is published by his decision", ""),
    ("fee-replaced", "a list to come was wrong: another one of the same day takes its place", ""),
    ("fee-version-gone", "a version that never was is asked for", "fees.unknown_version"),
]  # fmt: skip
