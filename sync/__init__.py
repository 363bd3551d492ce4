"""The network's only room: takes signed messages out of the outbox and brings the centre's acknowledgement home.

``transport`` one POST and what its answer means · ``backoff`` how long to pause · ``uplink`` one turn of the queue ·
``daemon`` the process · ``centre`` the county's receiver, a program of its own.
"""
