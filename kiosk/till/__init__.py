"""One visit = one ticket: lines from any service, one payment, one receipt. Knows no service; ``kiosk.counter`` walks
the lines and calls each one's act."""
