"""The county's receiver: takes reports by every road, answers each with a number, shows what is missing, late or cannot be
right, and queues what the county has to tell. SQLite for a try, PostgreSQL for real.

``office`` one centre · ``tables`` ``database`` ``upgrade`` what is kept · ``intake`` ``enrolment`` ``downlink`` its acts,
``folder`` ``by_phone`` other roads · ``api`` ``pages`` ``acts`` the addresses · ``cli`` the command ``kiosk-centre``.
"""
