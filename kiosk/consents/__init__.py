"""Consent (收件人同意): who lets parcels be left at the station, how they said so, by whom it was noted, and until when. A room
below the parcels' own: it knows a parcel's id and keys of a person, nothing else of either."""
