"""The county's receiver in its smallest form: one address to send reports to, one page that lists them, SQLite.

``reading`` what a report must look like · ``store`` its database · ``intake`` the one act: take a report, give a
number · ``app`` the addresses · ``pages`` the list · ``cli`` the command ``kiosk-centre``. It shares nothing with a
station but the format of a report.
"""
