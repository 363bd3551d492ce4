"""What the county says to the station: messages that its centre has signed, each taken once, in order and without a gap.

``keys`` which key is believed · ``message`` the envelope · ``topics`` what a message may say, and of which nothing is kept ·
``store`` all SQL · ``actions`` what becomes of one. What a message brings about is ``counter.apply_message``'s.
"""
