"""What a queued message says, in one line of the list: whoever sent five notices must find the one that was meant. A list of
parcels is told by its count alone; the people in it stand on no page of the centre's."""

from __future__ import annotations

import json

from kiosk.errors import Refused
from kiosk.inbox import topics
from kiosk.inbox.words import title as title_of
from kiosk.words import N_, say
from sync.centre.downlink import Queued


def title(found: Queued) -> str:
    """The line; '' for what says nothing to a person, or was queued in a form that this version doesn't read."""
    try:
        content = topics.read(found.topic, json.loads(found.content))
    except Refused:
        return ""
    match content:
        case topics.Gathering(title=text, starts_on=on):
            return f"{text} {on}"
        case topics.DaysRequested(business_on=days):
            return " ".join(days[:3]) + (" …" if len(days) > 3 else "")
        case topics.ParcelsExpected(items=parcels):
            return say(N_("{n} 件要送来"), n=len(parcels))
    return title_of(content)
