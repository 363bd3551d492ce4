"""What the county says to the station: messages that its centre has signed, each taken once, in order and without a gap.

``keys`` which key is believed · ``message`` the envelope · ``topics`` what a message may say · ``store`` all SQL ·
``actions`` what becomes of one. What a message brings about is an act of the counter (``counter.apply_message``).

A message that may name people (parcels on their way with phones; every topic that this version doesn't know) is taken from
memory in the transaction that applies it, and no part of its envelope is kept. The phones stand with their parcels, in the
vault, each with its own term. Kept beside them the envelope would be a second place that no erasure of a parcel reaches;
and without its payload still an answer to every guess: a signature, like an unsalted hash, tells whoever holds the public key
whether a phone that he tries was in it. What can be proved afterwards is what the station did, not what it was told; the
centre holds what it signed, and sends it again when it is asked to.
"""
